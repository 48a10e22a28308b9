import { useSyncExternalStore } from 'react';

/** Seconds since 1970, as of now, renewed so often that relative times stay true. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => now);
}

const every = 10_000;
let now = Date.now() / 1000;
let timer: ReturnType<typeof setInterval> | undefined;
const watchers = new Set<() => void>();

/** One timer for all times on the page. */
function watch(watcher: () => void): () => void {
  if (watchers.size === 0) {
    now = Date.now() / 1000;
    timer = setInterval(() => {
      now = Date.now() / 1000;
      watchers.forEach((one) => one());
    }, every);
  }
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) clearInterval(timer);
  };
}
