import { describe, expect, it } from 'vitest';
import { inNetwork } from './cidr';

describe('inNetwork', () => {
  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.4', '10.1.2.3', false],
    ['255.255.255.255', '0.0.0.0/0', true],
    ['10.0.0.0/16', '10.0.0.0/8', true],
    ['10.0.0.0/8', '10.0.0.0/16', false],
    ['2001:db8::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['::1', '::/0', true],
    ['10.0.0.1', '::/0', false],
    ['::ffff:10.0.0.1', '10.0.0.0/8', true],
    ['::ffff:a00:1', '10.0.0.0/8', true],
    ['10.0.0.1', '::ffff:10.0.0.0/104', true],
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1', true],
    ['10.0.0.256', '0.0.0.0/0', false],
    ['1:2:3', '::/0', false],
    ['1::2::3', '::/0', false],
    ['cam', 'cam', false],
    ['10.0.0.1', '10.0.0.0/33', false],
  ])('%s in %s: %s', (address, network, want) => {
    expect(inNetwork(address, network)).toBe(want);
  });
});
