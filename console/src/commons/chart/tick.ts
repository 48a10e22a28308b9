const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const seconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** The text at a tick of a time axis whose ticks are step seconds apart. Midnight shows its date. */
export function formatTick(time: number, step: number): string {
  const at = new Date(time * 1000);
  const midnight = at.getHours() === 0 && at.getMinutes() === 0 && at.getSeconds() === 0;
  if (step >= 86_400 || midnight) return date.format(at);
  return step >= 60 ? clock.format(at) : seconds.format(at);
}
