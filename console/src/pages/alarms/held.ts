import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useLive, type LiveEvents, type Violation } from '../../api';
import type { Rows } from '../../commons/table';
import { eventKey } from './config';
import { mayShow, type AlarmFilters } from './input';

// Lists that follow the server must not move below the eye or the pointer: while one is
// scrolled, paged or selected from, its rows are held in their places, and what is new
// is counted.

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

interface Kept<T> {
  identity: string;
  items: T[];
}

/**
 * While held is true the rows stay where they are; what is known anew of them is shown
 * in their places. identity names the list: another one is shown at once.
 */
export function useHeld<T>(rows: Rows<T>, held: boolean, identity: string): T[] {
  const [kept, setKept] = useState<Kept<T>>({ identity: '', items: [] });
  const keeps = held && kept.identity === identity;
  const settled = !rows.stale && !rows.loading;
  if (!keeps && settled && (kept.identity !== identity || kept.items !== rows.items)) setKept({ identity, items: rows.items });
  const { key } = rows.config;
  return useMemo(() => (keeps ? renewed(kept.items, rows.items, key) : rows.items), [keeps, kept, rows.items, key]);
}

/** Items in their places, as they are now. */
export function renewed<T>(items: T[], fresh: T[], key: (item: T) => string): T[] {
  const now = new Map(fresh.map((item) => [key(item), item]));
  return items.map((item) => now.get(key(item)) ?? item);
}

/** Alarms as they are since they ended, if they did so while the page is open. */
export function useEnds(items: Violation[]): Violation[] {
  const [ends, setEnds] = useState<ReadonlyMap<string, Partial<Violation>>>(new Map());
  useLive('violation', ({ violationId, violationEventType, violationEventTime }) => {
    if (violationEventType === 'in-alarm') return;
    setEnds((ends) => new Map([...ends].slice(-1000)).set(violationId, { endReason: violationEventType, endTime: violationEventTime }));
  });
  return useMemo(() => items.map((item) => ({ ...item, ...ends.get(item.violationId ?? '') })), [items, ends]);
}

interface NewsOf {
  filters: AlarmFilters;
  held: boolean;
  identity: string;
  /** alarms: those that stand; events: whatever happens. */
  of: 'alarms' | 'events';
  /** Keys of what the list shows. */
  shown: string[];
}

/** What is new by its key, and when that was heard, in milliseconds. */
type News = ReadonlyMap<string, number>;

/** Lists take so long to follow an event: what was heard so shortly before a list is held may be missing in it. Milliseconds. */
const lag = 5000;

/** How many alarms or events that would show in a list are not in it since it is held. */
export function useNews({ filters, held, identity, of, shown }: NewsOf): number {
  const [news, setNews] = useState<News>(new Map());
  useLive('violation', (event) => {
    const now = Date.now();
    setNews((news) => withEvent(held ? news : since(news, now - lag), event, filters, of, now));
  });
  useEffect(() => {
    if (held) return () => setNews(new Map());
    return undefined;
  }, [held, identity]);
  return held ? [...news.keys()].filter((key) => !shown.includes(key)).length : 0;
}

function since(news: News, begin: number): News {
  return new Map([...news].filter(([, heard]) => heard >= begin));
}

/** What is new, after one more event. Keys are those of the tables. */
export function withEvent(news: News, event: LiveEvents['violation'], filters: AlarmFilters, of: NewsOf['of'], now: number): News {
  const next = new Map(news);
  const { violationId, violationEventType } = event;
  if (of === 'alarms' && violationEventType !== 'in-alarm') next.delete(violationId);
  else if (mayShow(filters, event)) next.set(of === 'alarms' ? violationId : eventKey(event), now);
  return next;
}
