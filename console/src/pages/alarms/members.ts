import type { Behavior, MetricValue } from '../../api';
import { inNetwork } from './cidr';

/** The members of a list; undefined: the value is a number. */
export function membersOf(value: MetricValue | undefined): string[] | undefined {
  const list = value && (value.ports ?? value.cidrs ?? value.numbers ?? value.strings);
  return list?.map(String);
}

/** Says whether a member of a list is what a behavior calls normal; undefined: it does not judge lists. */
export function memberTest({ criteria }: Behavior): ((member: string) => boolean) | undefined {
  const members = membersOf(criteria?.value);
  if (!members) return undefined;
  const wanted = !criteria?.comparisonOperator?.startsWith('not-');
  if (criteria?.value?.cidrs) return (member) => members.some((network) => inNetwork(member, network)) === wanted;
  const set = new Set(members);
  return (member) => set.has(member) === wanted;
}

/** What of a value violates a behavior: of a list the members that are not normal, where there are any. */
export function offending(behavior: Behavior | undefined, value: MetricValue | undefined): MetricValue | undefined {
  const normal = behavior && memberTest(behavior);
  if (!normal || !value) return value;
  for (const member of ['ports', 'cidrs', 'numbers', 'strings'] as const) {
    const list = value[member] as (string | number)[] | undefined;
    const bad = list?.filter((one) => !normal(String(one)));
    if (bad && bad.length > 0) return { [member]: bad };
  }
  return value;
}
