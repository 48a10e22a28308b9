import { useState } from 'react';
import { messageOf } from '../../../api';

/** Calls something for each of several names, one after the other, and gathers what failed. */
export function useOneByOne(call: (name: string) => Promise<unknown>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  /** Answers the names for which it failed. */
  const run = async (names: string[]): Promise<string[]> => {
    setBusy(true);
    const failed: { name: string; message: string }[] = [];
    for (const name of names) {
      try {
        await call(name);
      } catch (error) {
        failed.push({ name, message: messageOf(error) });
      }
    }
    setBusy(false);
    setError(failed.length > 0 ? failed.map(({ name, message }) => `${name}: ${message}`).join(' ') : undefined);
    return failed.map(({ name }) => name);
  };
  return { run, busy, error };
}
