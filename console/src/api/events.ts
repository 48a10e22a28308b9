/** One event of a stream of server-sent events. */
export interface StreamEvent {
  /** The last id seen so far; empty: none. */
  id: string;
  event: string;
  data: string;
}

/** Reads server-sent events (WHATWG HTML, 9.2) out of text that comes in pieces. */
export class EventReader {
  private rest = '';
  private id = '';
  private event = '';
  private data: string[] = [];

  /** Takes a piece and returns the events that it completes. */
  push(piece: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = this.line(line.replace(/\r$/, ''));
      if (event) events.push(event);
    }
    return events;
  }

  private line(line: string): StreamEvent | undefined {
    if (line === '') return this.end();
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'id') this.id = value;
    if (name === 'event') this.event = value;
    if (name === 'data') this.data.push(value);
    return undefined;
  }

  private end(): StreamEvent | undefined {
    const { event, data } = this;
    this.event = '';
    this.data = [];
    return data.length > 0 ? { id: this.id, event: event || 'message', data: data.join('\n') } : undefined;
  }
}
