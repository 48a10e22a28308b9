import type { Violation } from '../../../api';
import { formatTime } from '../../../commons/format';

/** When alarms stood, one line for each behavior, on the time axis of a PresenceStrip below. */
export function AlarmRows({ alarms, from, to }: { alarms: Violation[]; from: number; to: number }) {
  if (alarms.length === 0) return null;
  const at = (time: number) => (100 * (Math.min(to, Math.max(from, time)) - from)) / Math.max(1, to - from);
  const behaviors = [...new Set(alarms.map(({ behavior }) => behavior?.name ?? ''))];
  return (
    <dl className="vedette-alarm-rows" aria-label="Alarms">
      {behaviors.map((name) => (
        <Row key={name} name={name} alarms={alarms.filter(({ behavior }) => behavior?.name === name)} at={at} to={to} />
      ))}
    </dl>
  );
}

function Row({ name, alarms, at, to }: { name: string; alarms: Violation[]; at: (time: number) => number; to: number }) {
  return (
    <>
      <dt title={`In alarm: ${name}`}>{name}</dt>
      <dd>
        {alarms.map(({ violationId, violationStartTime = 0, endTime }) => {
          const text = `In alarm from ${formatTime(violationStartTime)} ${endTime === undefined ? 'until now' : `to ${formatTime(endTime)}`}`;
          const begin = at(violationStartTime);
          return <span key={violationId} role="img" aria-label={text} title={text} style={{ insetInlineStart: `${begin}%`, inlineSize: `${at(endTime ?? to) - begin}%` }} />;
        })}
      </dd>
    </>
  );
}
