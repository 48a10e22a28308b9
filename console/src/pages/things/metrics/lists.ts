import type { Output } from '../../../api';
import { memberTest } from '../../alarms/members';
import type { Applied } from './behaviors';

/** The lists of each time: what the answer says once it stands for all times that name it. */
export function listsOf({ lists = [], listIndexes = [] }: Output<'GetMetricValues'>): readonly string[][] {
  return listIndexes.map((index) => lists[index] ?? []);
}

/** Whether all behaviors call a member normal; undefined: none judges members. */
export function normalFor(applied: Applied[]): ((member: string) => boolean) | undefined {
  const tests = applied.flatMap(({ behavior }) => memberTest(behavior) ?? []);
  return tests.length > 0 ? (member) => tests.every((test) => test(member)) : undefined;
}
