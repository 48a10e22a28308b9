import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call, useAll, useCan } from '../../api';
import { profileUse, type ProfileUse, type Used } from './uses';

/** The names of the profiles that use each; undefined: one may not know, or not yet. */
export function useUserNames(all: Used[]): (string[] | undefined)[] {
  const may = useCan('ListSecurityProfiles');
  return useQueries({
    queries: all.map((used) => ({
      queryKey: ['ListSecurityProfiles', used, 'some'],
      queryFn: ({ signal }: { signal: AbortSignal }) => call('ListSecurityProfiles', { ...used, maxResults: 250 }, { signal }),
      enabled: may,
      staleTime: 15_000,
    })),
    combine: (results) => results.map(({ data }) => data?.securityProfileIdentifiers?.map(({ name }) => name)),
  });
}

/** The profiles that use it, and how. */
export function useUses(used: Used) {
  const may = useCan('ListSecurityProfiles');
  const mayDescribe = useCan('DescribeSecurityProfile');
  const names = useAll('ListSecurityProfiles', used, { enabled: may });
  const profiles = useQueries({
    queries: (names.data ?? []).map(({ name }) => ({
      queryKey: ['DescribeSecurityProfile', { securityProfileName: name }],
      queryFn: ({ signal }: { signal: AbortSignal }) => call('DescribeSecurityProfile', { securityProfileName: name }, { signal }),
      enabled: mayDescribe,
    })),
    combine: (results) => results.map(({ data }) => data),
  });
  const key = JSON.stringify(used);
  const data = useMemo(
    () => names.data?.map(({ name }, i): ProfileUse => profileUse(JSON.parse(key) as Used, name, profiles[i])),
    [key, names.data, profiles],
  );
  return { data, error: names.error, isLoading: names.isLoading, refetch: names.refetch };
}
