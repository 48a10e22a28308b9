import { describe, expect, it } from 'vitest';
import { EventReader } from './events';

const text = ': heartbeat\n\nid: 7\nevent: violation\ndata: {"a":\ndata: 1}\n\nevent: counters\r\ndata:{}\r\n\r\nevent: nothing\n\ndata: last\n\n';
const events = [
  { id: '7', event: 'violation', data: '{"a":\n1}' },
  { id: '7', event: 'counters', data: '{}' },
  { id: '7', event: 'message', data: 'last' },
];

describe('EventReader', () => {
  it('reads events, and keeps the last id', () => {
    expect(new EventReader().push(text)).toEqual(events);
  });
  it('reads the same out of pieces of every length', () => {
    for (let size = 1; size < text.length; size++) {
      const reader = new EventReader();
      const read = [];
      for (let at = 0; at < text.length; at += size) read.push(...reader.push(text.slice(at, at + size)));
      expect(read).toEqual(events);
    }
  });
  it('keeps an event back until its end', () => {
    expect(new EventReader().push('data: half\n')).toEqual([]);
  });
});
