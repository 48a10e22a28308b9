import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useEffectEvent, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { Kind } from './kinds';
import { Live, type LiveEvents, type LiveName, type LiveState } from './live';
import { invalidate, keyOf } from './queries';

const LiveContext = createContext<Live | undefined>(undefined);

/** How often lists are refreshed at most, however many events come. Milliseconds. */
const refreshEvery = 2000;

/** Opens the stream of events for all below, and refreshes what its events say has changed. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [live] = useState(() => new Live(() => client.setQueryData(keyOf('GetSession', {}), null)));
  useEffect(() => {
    const changed = new Set<Kind>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (kind: Kind) => {
      changed.add(kind);
      timer ??= setTimeout(() => {
        timer = undefined;
        const kinds = [...changed];
        changed.clear();
        void invalidate(client, kinds);
      }, refreshEvery);
    };
    const ends = [live.on('violation', () => refresh('violation')), live.on('change', ({ kind }) => refresh(kind as Kind))];
    live.start();
    return () => {
      ends.forEach((end) => end());
      clearTimeout(timer);
      live.stop();
    };
  }, [client, live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

function useStream(): Live {
  const live = use(LiveContext);
  if (!live) throw new Error('useLive… is used outside of LiveProvider');
  return live;
}

/** Calls handler on each event of that name while the component is shown. */
export function useLive<N extends LiveName>(name: N, handler: (data: LiveEvents[N]) => void): void {
  const live = useStream();
  const onEvent = useEffectEvent(handler);
  useEffect(() => live.on(name, (data) => onEvent(data)), [live, name]);
}

/** The last counters; undefined until the first came. */
export function useCounters(): LiveEvents['counters'] | undefined {
  const [counters, setCounters] = useState<LiveEvents['counters']>();
  useLive('counters', setCounters);
  return counters;
}

/** Has the stream tell reports and rejections of a thing while the component is shown. */
export function useWatchedThing(thingName: string): void {
  const live = useStream();
  useEffect(() => live.watchThing(thingName), [live, thingName]);
}

export function useLiveState(): LiveState {
  const live = useStream();
  return useSyncExternalStore(
    (changed) => live.onState(changed),
    () => live.state,
  );
}
