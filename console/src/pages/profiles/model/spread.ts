import type { Bucket, ComparisonOperator, FleetMember, GetDistributionResponse } from '../../../api';
import { holds, parseNetwork } from './cidr';

// What a behavior would have said of the fleet's values.

/** Whether values below or above a threshold are normal. */
export function normalSide(operator: ComparisonOperator | ''): 'below' | 'above' | undefined {
  if (operator === 'less-than' || operator === 'less-than-equals') return 'below';
  if (operator === 'greater-than' || operator === 'greater-than-equals') return 'above';
  return undefined;
}

/** About how many datapoints would violate: those of the threshold's own bucket are shared out by its place in it. */
export function violating(buckets: Bucket[], operator: ComparisonOperator, threshold: number): number {
  const below = normalSide(operator) === 'below';
  let sum = 0;
  for (const { from, to, datapoints } of buckets) sum += datapoints * (below ? 1 - shareBelow(from, to, operator, threshold) : shareBelow(from, to, operator, threshold));
  return Math.round(sum);
}

/** How much of a bucket lies below the threshold; a value that is equal counts as the operator has it. */
function shareBelow(from: number, to: number, operator: ComparisonOperator, threshold: number): number {
  const equalIsBelow = operator === 'less-than-equals' || operator === 'greater-than';
  if (from === to) return from < threshold || (from === threshold && equalIsBelow) ? 1 : 0;
  return Math.min(1, Math.max(0, (threshold - from) / (to - from)));
}

/** The fleet's value at a percentile, as far as the distribution knows it. */
export function percentile(spread: GetDistributionResponse, statistic: string): number | undefined {
  const known: Record<string, number | undefined> = { p0: spread.min, p50: spread.p50, p90: spread.p90, p99: spread.p99, 'p99.9': spread['p99.9'], p100: spread.max };
  return known[statistic];
}

/** About how many datapoints lie beyond their own percentile. */
export function beyondPercentile(datapoints: number, operator: ComparisonOperator, statistic: string): number {
  const below = Number(statistic.slice(1)) / 100;
  return Math.round(datapoints * (normalSide(operator) === 'below' ? 1 - below : below));
}

/** The members of the fleet's lists that a list with this operator calls not normal. */
export function outside(members: FleetMember[], operator: ComparisonOperator, elements: string[]): FleetMember[] {
  const allowed = operator.startsWith('in-');
  const listed = lister(operator, elements);
  return members.filter(({ member }) => listed(member) !== allowed);
}

/** Tells whether a list has a member: by network for addresses, as text for others. */
export function lister(operator: ComparisonOperator | '', elements: string[]): (member: string) => boolean {
  if (!operator.endsWith('cidr-set')) {
    const set = new Set(elements);
    return (member) => set.has(member);
  }
  const networks = elements.flatMap((element) => parseNetwork(element) ?? []);
  return (member) => networks.some((network) => holds(network, member));
}
