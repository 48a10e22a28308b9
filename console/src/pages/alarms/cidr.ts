// Addresses and networks as the server reads them: an address alone stands for itself,
// IPv4-mapped IPv6 addresses are IPv4 addresses.

interface Network {
  bits: bigint;
  /** 32 or 128. */
  width: number;
  prefix: number;
}

/** Whether an address, or a network of an address alone, lies in a network. Texts that are neither do not. */
export function inNetwork(address: string, network: string): boolean {
  const [inner, outer] = [parse(address), parse(network)];
  if (!inner || !outer || inner.width !== outer.width || inner.prefix < outer.prefix) return false;
  const rest = BigInt(outer.width - outer.prefix);
  return inner.bits >> rest === outer.bits >> rest;
}

function parse(text: string): Network | undefined {
  const [address = '', length] = text.split('/');
  const four = parse4(address);
  const six = four === undefined ? parse6(address) : undefined;
  const bits = four ?? six;
  if (bits === undefined) return undefined;
  const width = four === undefined ? 128 : 32;
  const prefix = length === undefined ? width : Number(length);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > width) return undefined;
  if (width === 128 && bits >> 32n === 0xffffn && prefix >= 96) return { bits: bits & 0xffffffffn, width: 32, prefix: prefix - 96 };
  return { bits, width, prefix };
}

function parse4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function parse6(text: string): bigint | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const four = dotted && parse4(dotted[2] ?? '');
  if (dotted && four === undefined) return undefined;
  const whole = dotted && four !== null ? `${dotted[1]}${((four ?? 0n) >> 16n).toString(16)}:${((four ?? 0n) & 0xffffn).toString(16)}` : text;
  const halves = whole.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(parseInt(group, 16)), 0n);
}
