import { consoleHeader } from './client';
import { errorOf } from './error';
import { EventReader, type StreamEvent } from './events';
import type { LiveEvents as Shapes } from './shapes_gen';

/** What the stream of events tells, by the event's name; report and rejection: of the watched thing only. */
export type LiveEvents = Required<Shapes>;

export type LiveName = keyof LiveEvents;

/** since: when the connection was lost, milliseconds. */
export type LiveState = { status: 'off' | 'connecting' | 'live' } | { status: 'reconnecting' | 'offline'; since: number };

/** A stream that is away for so long is called offline. */
const offlineAfter = 10_000;
/** The server sends something at least every 15 s: silence for longer is a dead connection. */
const silence = 45_000;

type Handler = (data: never) => void;

/**
 * The one stream of events. It comes back by itself and resumes after the last event
 * that it saw. fetch rather than EventSource, because that shows no status and sends
 * no header.
 */
export class Live {
  private handlers = new Map<string, Set<Handler>>();
  private watchers = new Set<() => void>();
  private current: LiveState = { status: 'off' };
  private abort: AbortController | undefined;
  private lastId = '';
  private thing: string | undefined;
  private failures = 0;
  private timers = new Set<ReturnType<typeof setTimeout>>();

  /** refused is called when the server wants a sign-in. */
  private readonly refused: () => void;

  constructor(refused: () => void) {
    this.refused = refused;
  }

  get state(): LiveState {
    return this.current;
  }

  /** Calls handler on each event of a name; returns what ends that. */
  on<N extends LiveName>(name: N, handler: (data: LiveEvents[N]) => void): () => void {
    const set = this.handlers.get(name) ?? new Set();
    this.handlers.set(name, set.add(handler as Handler));
    return () => set.delete(handler as Handler);
  }

  /** Calls fn when the state changes; returns what ends that. */
  onState(fn: () => void): () => void {
    this.watchers.add(fn);
    return () => this.watchers.delete(fn);
  }

  /** Asks for reports and rejections of one thing too; returns what ends that. */
  watchThing(name: string): () => void {
    this.thing = name;
    this.reopen();
    return () => {
      if (this.thing !== name) return;
      this.thing = undefined;
      this.reopen();
    };
  }

  start(): void {
    if (this.abort) return;
    this.set({ status: 'connecting' });
    void this.run();
  }

  stop(): void {
    this.close();
    this.lastId = '';
    this.set({ status: 'off' });
  }

  private reopen(): void {
    if (!this.abort) return;
    this.close();
    void this.run();
  }

  private close(): void {
    this.abort?.abort();
    this.abort = undefined;
    this.timers.forEach(clearTimeout);
    this.timers.clear();
  }

  private async run(): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    while (!abort.signal.aborted) {
      const again = await this.once(abort);
      if (abort.signal.aborted) return;
      if (!again) {
        this.stop();
        this.refused();
        return;
      }
      this.lost();
      this.failures++;
      await this.pause(Math.min(10_000, 250 * 2 ** this.failures) * (0.75 + Math.random() / 2));
    }
  }

  /** One connection until its end; false: it is no use to come again. */
  private async once(outer: AbortController): Promise<boolean> {
    const inner = new AbortController();
    const stop = () => inner.abort();
    outer.signal.addEventListener('abort', stop);
    let guard = setTimeout(stop, silence);
    try {
      const query = this.thing ? `?thingName=${encodeURIComponent(this.thing)}` : '';
      const response = await fetch(`/vedette/v1/live${query}`, {
        headers: { Accept: 'text/event-stream', ...consoleHeader, ...(this.lastId && { 'Last-Event-ID': this.lastId }) },
        signal: inner.signal,
      });
      if (!response.ok || !response.body) return !(await errorOf(response)).signedOut;
      this.opened();
      const text = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const reader = new EventReader();
      for (;;) {
        const { done, value } = await text.read();
        if (done) return true;
        clearTimeout(guard);
        guard = setTimeout(stop, silence);
        reader.push(value).forEach((event) => this.take(event));
      }
    } catch {
      return true; // lost: come again
    } finally {
      clearTimeout(guard);
      outer.signal.removeEventListener('abort', stop);
    }
  }

  private take({ id, event, data }: StreamEvent): void {
    if (id) this.lastId = id;
    const handlers = this.handlers.get(event);
    if (!handlers?.size) return;
    let parsed: unknown;
    try {
      parsed = JSON.parse(data);
    } catch {
      return; // of a version that speaks otherwise
    }
    handlers.forEach((handler) => handler(parsed as never));
  }

  private opened(): void {
    this.failures = 0;
    this.set({ status: 'live' });
  }

  private lost(): void {
    if ('since' in this.current) return;
    const since = Date.now();
    this.set({ status: 'reconnecting', since });
    this.later(offlineAfter, () => {
      if ('since' in this.current) this.set({ status: 'offline', since });
    });
  }

  private later(ms: number, fn: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      fn();
    }, ms);
    this.timers.add(timer);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.later(ms, resolve));
  }

  private set(state: LiveState): void {
    this.current = state;
    this.watchers.forEach((fn) => fn());
  }
}
