/** A network: its bits, and how many of them count. */
export interface Network {
  bits: string;
  length: number;
}

/** Reads 10.0.0.0/8, 2001:db8::/32 or a bare address; undefined: it is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length, ...more] = text.split('/');
  const bits = address.includes(':') ? bitsOf6(address) : bitsOf4(address);
  if (!bits || more.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined;
  const count = length === undefined ? bits.length : Number(length);
  return count <= bits.length ? { bits, length: count } : undefined;
}

/** Whether an address lies in a network. */
export function holds(network: Network, address: string): boolean {
  const other = parseNetwork(address);
  return other !== undefined && other.bits.length === network.bits.length && other.length >= network.length && other.bits.slice(0, network.length) === network.bits.slice(0, network.length);
}

function bitsOf4(text: string): string | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255)) return undefined;
  return parts.map((part) => binary(Number(part), 8)).join('');
}

function bitsOf6(text: string): string | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])].map((group) => binary(group, 16)).join('');
}

/** The 16-bit groups of a part of an IPv6 address, whose end may be an IPv4 address. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    const four = i === parts.length - 1 && part.includes('.') ? bitsOf4(part) : undefined;
    if (four) groups.push(parseInt(four.slice(0, 16), 2), parseInt(four.slice(16), 2));
    else if (/^[\da-fA-F]{1,4}$/.test(part)) groups.push(parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function binary(value: number, digits: number): string {
  return value.toString(2).padStart(digits, '0');
}
