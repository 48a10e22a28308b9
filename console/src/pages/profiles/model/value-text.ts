import type { MetricValue } from '../../../api';
import { parseNetwork } from './cidr';

// A metric value as one types it, and back.

export type Member = keyof MetricValue;

/** Members of the API's order; a value has one of them. */
export const members: readonly Member[] = ['count', 'cidrs', 'ports', 'number', 'numbers', 'strings'];

/** The most elements that all behaviors of a profile may have. */
export const mostElements = 1000;

export type Parsed = { value: MetricValue } | { error: string };

/** The member that holds a value; undefined: there is none, or more than one. */
export function memberOf(value: MetricValue | undefined): Member | undefined {
  const held = members.filter((member) => value?.[member] !== undefined);
  return held.length === 1 ? held[0] : undefined;
}

export function isList(member: Member | ''): boolean {
  return member !== '' && member !== 'count' && member !== 'number';
}

export function textOfValue(value: MetricValue | undefined): string {
  const member = memberOf(value);
  if (!value || !member) return '';
  const held = value[member];
  if (!Array.isArray(held)) return String(held);
  return held.join(member === 'cidrs' || member === 'strings' ? '\n' : ', ');
}

/** The elements of a list as one types it: one per line, or separated by commas; of all but strings also by spaces. */
export function elementsOf(member: Member, text: string): string[] {
  return text
    .split(member === 'strings' ? /[,\n]/ : /[,;\s]+/)
    .map((element) => element.trim())
    .filter((element) => element !== '');
}

export function parseValue(member: Member, text: string): Parsed {
  const trimmed = text.trim();
  if (member === 'count') return parseCount(trimmed);
  if (member === 'number') return isNumber(trimmed) ? { value: { number: Number(trimmed) } } : { error: trimmed === '' ? 'Type a number.' : `${trimmed} is no number.` };
  const elements = elementsOf(member, text);
  if (elements.length === 0) return { error: 'Type at least one element.' };
  if (elements.length > mostElements) return { error: `At most ${mostElements} elements; these are ${elements.length}.` };
  return parseList(member, elements);
}

function parseCount(text: string): Parsed {
  if (text === '') return { error: 'Type a number.' };
  if (!/^\d+$/.test(text)) return { error: `${text} is no whole number of 0 or more.` };
  return Number.isSafeInteger(Number(text)) ? { value: { count: Number(text) } } : { error: 'This number is too large.' };
}

function parseList(member: Exclude<Member, 'count' | 'number'>, elements: string[]): Parsed {
  switch (member) {
    case 'ports':
      return parsePorts(elements);
    case 'cidrs': {
      const wrong = elements.find((element) => !parseNetwork(element));
      return wrong === undefined ? { value: { cidrs: unique(elements) } } : { error: `${wrong} is no address and no network. Write 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32.` };
    }
    case 'numbers': {
      const wrong = elements.find((element) => !isNumber(element));
      return wrong === undefined ? { value: { numbers: unique(elements.map(Number)) } } : { error: `${wrong} is no number.` };
    }
    case 'strings':
      return { value: { strings: unique(elements) } };
  }
}

/** Ports, and ranges of them: 443, 8000-8010. */
function parsePorts(elements: string[]): Parsed {
  const ports: number[] = [];
  for (const element of elements) {
    const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(element) ?? [];
    const [first, last] = [Number(from), Number(to ?? from)];
    if (from === undefined || last > 65_535 || first > last) return { error: `${element} is no port. Ports are 0 to 65535; 8000-8010 is a range.` };
    if (ports.length + last - first >= mostElements) return { error: `At most ${mostElements} ports.` };
    for (let port = first; port <= last; port++) ports.push(port);
  }
  return { value: { ports: unique(ports) } };
}

function isNumber(text: string): boolean {
  return text !== '' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text));
}

function unique<T>(list: T[]): T[] {
  return [...new Set(list)];
}
