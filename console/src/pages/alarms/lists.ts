import type { Behavior, Output } from '../../api';
import { memberTest } from './members';

export interface Lists {
  times: number[];
  lists: readonly string[][];
  /** Whether a member is expected; undefined: the behavior does not say. */
  normal: ((member: string) => boolean) | undefined;
  /** Expected members that were left out. */
  left: number;
}

/** Strips that are drawn at most. */
const most = 30;

/** Lists of a metric for strips. Of many members those that are not expected are drawn, and no others. */
export function listsOf(behavior: Behavior, { times, lists = [], listIndexes = [] }: Output<'GetMetricValues'>): Lists {
  const normal = memberTest(behavior);
  const members = new Set(lists.flat());
  const bad = new Set(normal ? [...members].filter((member) => !normal(member)) : []);
  const crowded = members.size > most && bad.size > 0;
  const drawn = crowded ? lists.map((list) => list.filter((member) => bad.has(member))) : lists;
  return { times, lists: listIndexes.map((index) => drawn[index] ?? []), normal: normal && ((member) => !bad.has(member)), left: crowded ? members.size - bad.size : 0 };
}
