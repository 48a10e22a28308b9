import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useAll, useCan, useLive, useOperation, type Violation } from '../../api';
import type { Rows } from '../../commons/table';
import type { Suggestions } from './filters';
import { mayShow, onePerKey, type AlarmFilters } from './input';

/** Names to offer in the filter. profile: whose behaviors are offered. */
export function useSuggestions(profile: string | null): Suggestions {
  const profiles = useAll('ListSecurityProfiles', {}, { enabled: useCan('ListSecurityProfiles') }).data;
  const groups = useAll('ListThingGroups', {}, { enabled: useCan('ListThingGroups') }).data;
  const customMetrics = useAll('ListCustomMetrics', {}, { enabled: useCan('ListCustomMetrics') }).data;
  const may = useCan('DescribeSecurityProfile');
  const known = profiles?.some(({ name }) => name === profile) ?? false;
  const behaviors = useOperation('DescribeSecurityProfile', { securityProfileName: profile ?? '' }, { enabled: may && known }).data?.behaviors;
  return useMemo(
    () => ({
      profiles: (profiles ?? []).map(({ name }) => name),
      behaviors: (behaviors ?? []).map(({ name }) => name),
      groups: (groups ?? []).flatMap(({ groupName }) => groupName ?? []),
      customMetrics: customMetrics ?? [],
    }),
    [profiles, behaviors, groups, customMetrics],
  );
}

/** Rows whose filter has each parameter once, as the server takes it. */
export function withOnePerKey<T>(rows: Rows<T>): Rows<T> {
  return { ...rows, state: { ...rows.state, setFilters: (tokens) => rows.state.setFilters(onePerKey(tokens)) } };
}

/** How far down the list is out of sight that new rows at its top would push what is read. Pixels. */
const scrolled = 160;

function onScroll(changed: () => void): () => void {
  addEventListener('scroll', changed, { passive: true });
  return () => removeEventListener('scroll', changed);
}

/** Whether the page is scrolled down. */
export function useScrolled(): boolean {
  return useSyncExternalStore(onScroll, () => scrollY > scrolled);
}

interface Kept {
  identity: string;
  items: Violation[];
}

/**
 * While held is true the rows stay where they are; what is known anew of them is shown
 * in their places. identity names the list: another one is shown at once.
 */
export function useHeld(rows: Rows<Violation>, held: boolean, identity: string): Violation[] {
  const [kept, setKept] = useState<Kept>({ identity: '', items: [] });
  const keeps = held && kept.identity === identity;
  const settled = !rows.stale && !rows.loading;
  if (!keeps && settled && (kept.identity !== identity || kept.items !== rows.items)) setKept({ identity, items: rows.items });
  const ended = useEnded();
  return useMemo(() => (keeps ? renewed(kept.items, rows.items, ended) : rows.items), [keeps, kept, rows.items, ended]);
}

/** Items in their places, as they are now. */
export function renewed(items: Violation[], fresh: Violation[], ended: ReadonlyMap<string, Partial<Violation>>): Violation[] {
  const now = new Map(fresh.map((item) => [item.violationId, item]));
  return items.map((item) => now.get(item.violationId) ?? { ...item, ...ended.get(item.violationId ?? '') });
}

/** Ends of alarms that happened while the page is open. */
function useEnded(): ReadonlyMap<string, Partial<Violation>> {
  const [ended, setEnded] = useState<ReadonlyMap<string, Partial<Violation>>>(new Map());
  useLive('violation', ({ violationId, violationEventType, violationEventTime }) => {
    if (violationEventType === 'in-alarm') return;
    setEnded((ended) => new Map([...ended].slice(-1000)).set(violationId, { endReason: violationEventType, endTime: violationEventTime }));
  });
  return ended;
}

/** How many alarms were raised since the list is held that would show in it. */
export function useNewAlarms(filters: AlarmFilters, held: boolean, identity: string): number {
  const [count, setCount] = useState(0);
  useLive('violation', (event) => {
    if (held && event.violationEventType === 'in-alarm' && mayShow(filters, event)) setCount((count) => count + 1);
  });
  useEffect(() => {
    if (!held) return;
    return () => setCount(0);
  }, [held, identity]);
  return held ? count : 0;
}
