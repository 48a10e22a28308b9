import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { call, messageOf, type Input, type VerificationState } from '../../api';

/** What can be marked: an alarm or one of its events. */
export interface Markable {
  violationId?: string;
  thingName?: string;
  behavior?: { name: string };
  verificationState?: VerificationState;
  verificationStateDescription?: string;
}

export type Verdict = Pick<Input<'PutVerificationStateOnViolation'>, 'verificationState' | 'verificationStateDescription'>;

export interface Marking {
  status: 'idle' | 'running' | 'done';
  /** Alarms that were tried, of total. */
  tried: number;
  total: number;
  failures: { alarm: Markable; message: string }[];
  start: (alarms: Markable[], verdict: Verdict) => void;
  /** Leaves out those that were not begun. */
  stop: () => void;
}

/** Calls at a time. */
const atOnce = 4;

const none = { status: 'idle' as const, tried: 0, total: 0, failures: [] };

/** Marks alarms one by one, and goes on when one fails. done: how many were marked, when all were tried. */
export function useMarking(done: (marked: number, failed: number) => void): Marking {
  const client = useQueryClient();
  const [state, setState] = useState<Omit<Marking, 'start' | 'stop'>>(none);
  const stopped = useRef(false);
  const start = async (alarms: Markable[], verdict: Verdict) => {
    stopped.current = false;
    setState({ ...none, status: 'running', total: alarms.length });
    const { marked, failures } = await markAll(alarms, verdict, () => stopped.current, (failures) => {
      setState((state) => ({ ...state, tried: state.tried + 1, failures }));
    });
    setState((state) => ({ ...state, status: 'done' }));
    await client.invalidateQueries({ predicate: ({ queryKey }) => /Violation|Overview/.test(String(queryKey[0])) });
    done(marked, failures.length);
  };
  return { ...state, start: (alarms, verdict) => void start(alarms, verdict), stop: () => (stopped.current = true) };
}

type Failures = Marking['failures'];

/** Marks each violation once, a few at a time. */
export async function markAll(
  alarms: Markable[],
  verdict: Verdict,
  stopped: () => boolean,
  tried: (failures: Failures) => void,
  put: (input: Input<'PutVerificationStateOnViolation'>) => Promise<unknown> = (input) => call('PutVerificationStateOnViolation', input),
): Promise<{ marked: number; failures: Failures }> {
  const queue = distinct(alarms);
  const failures: Failures = [];
  let marked = 0;
  const worker = async () => {
    for (let alarm = queue.shift(); alarm && !stopped(); alarm = queue.shift()) {
      try {
        await put({ violationId: alarm.violationId ?? '', ...verdict });
        marked++;
      } catch (error) {
        failures.push({ alarm, message: messageOf(error) });
      }
      tried([...failures]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { marked, failures };
}

/** Events of one violation are one alarm. */
export function distinct(alarms: Markable[]): Markable[] {
  return [...new Map(alarms.map((alarm) => [alarm.violationId, alarm])).values()];
}
