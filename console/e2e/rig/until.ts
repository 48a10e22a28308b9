/** How long a test waits for something that must happen, milliseconds. */
export const patience = 60_000;

/** Waits until a condition holds, and returns what it gave. A condition that throws has failed for good. */
export async function until<T>(what: string, condition: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    const value = await condition();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not within ${patience / 1000} s: ${what}`);
}
