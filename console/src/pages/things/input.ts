import type { Input } from '../../api';
import type { FilterToken } from '../../commons/table/config';
import type { ThingsOrder } from './config';

/** What SearchThings is asked for what the table's filter says. */
export function searchInput({ searchPrefix, ...values }: Record<string, string>, order: { sort: string; order: string } | undefined): Input<'SearchThings'> {
  return { ...values, ...(searchPrefix !== undefined && { search: searchPrefix }), ...(order as ThingsOrder | undefined) } as Input<'SearchThings'>;
}

/** The server takes each parameter once: of two filters by the same thing the newer one stays. */
export function onePerKey(tokens: FilterToken[]): FilterToken[] {
  return tokens.filter(({ key }, i) => !tokens.slice(i + 1).some((later) => later.key === key));
}
