import { useMemo } from 'react';
import { useAll, useCan, useOperation } from '../../api';
import type { Rows } from '../../commons/table';
import type { Suggestions } from './filters';
import { onePerKey } from './input';

/** Names to offer in the filter. profile: whose behaviors are offered. */
export function useSuggestions(profile: string | null): Suggestions {
  const profiles = useAll('ListSecurityProfiles', {}, { enabled: useCan('ListSecurityProfiles') }).data;
  const groups = useAll('ListThingGroups', {}, { enabled: useCan('ListThingGroups') }).data;
  const customMetrics = useAll('ListCustomMetrics', {}, { enabled: useCan('ListCustomMetrics') }).data;
  const may = useCan('DescribeSecurityProfile');
  const known = profiles?.some(({ name }) => name === profile) ?? false;
  const behaviors = useOperation('DescribeSecurityProfile', { securityProfileName: profile ?? '' }, { enabled: may && known }).data?.behaviors;
  return useMemo(
    () => ({
      profiles: (profiles ?? []).map(({ name }) => name),
      behaviors: (behaviors ?? []).map(({ name }) => name),
      groups: (groups ?? []).flatMap(({ groupName }) => groupName ?? []),
      customMetrics: customMetrics ?? [],
    }),
    [profiles, behaviors, groups, customMetrics],
  );
}

/** Rows whose filter has each parameter once, as the server takes it. */
export function withOnePerKey<T>(rows: Rows<T>): Rows<T> {
  return { ...rows, state: { ...rows.state, setFilters: (tokens) => rows.state.setFilters(onePerKey(tokens)) } };
}
