import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call, useAll, useCan, useOperation, type SecurityProfileIdentifier } from '../../api';
import type { Profile } from './model/profile';
import { targetOfArn } from './model/target';

/** A profile of the list. What is read for each of them comes after the names. */
export interface ProfileRow extends SecurityProfileIdentifier {
  profile?: Profile;
  /** See model/target.ts. */
  targets?: string[];
  /** undefined: not known. */
  alarms?: number;
}

/** All profiles with what the list tells of them. */
export function useProfileRows() {
  const names = useAll('ListSecurityProfiles', {});
  const mayDescribe = useCan('DescribeSecurityProfile');
  const mayListTargets = useCan('ListTargetsForSecurityProfile');
  const alarms = useAlarmCounts();
  const profiles = useQueries({
    queries: (names.data ?? []).map(({ name }) => ({
      queryKey: ['DescribeSecurityProfile', { securityProfileName: name }],
      queryFn: ({ signal }: { signal: AbortSignal }) => call('DescribeSecurityProfile', { securityProfileName: name }, { signal }),
      enabled: mayDescribe,
    })),
    combine: (results) => results.map(({ data }) => data),
  });
  const targets = useQueries({
    queries: (names.data ?? []).map(({ name }) => ({
      queryKey: ['ListTargetsForSecurityProfile', { securityProfileName: name }, 'some'],
      queryFn: ({ signal }: { signal: AbortSignal }) => call('ListTargetsForSecurityProfile', { securityProfileName: name, maxResults: 100 }, { signal }),
      enabled: mayListTargets,
    })),
    combine: (results) => results.map(({ data }) => data?.securityProfileTargets?.map(({ arn }) => targetOfArn(arn))),
  });
  const data = useMemo(
    () =>
      names.data?.map((identifier, i): ProfileRow => {
        const [profile, on, count] = [profiles[i], targets[i], alarms?.(identifier.name)];
        return { ...identifier, ...(profile && { profile }), ...(on && { targets: on }), ...(count !== undefined && { alarms: count }) };
      }),
    [names.data, profiles, targets, alarms],
  );
  return { data, error: names.error, isLoading: names.isLoading, refetch: names.refetch };
}

/** Active alarms of each profile; undefined: one may not know, or not yet. */
export function useAlarmCounts(): ((profile: string) => number) | undefined {
  const may = useCan('GetOverview');
  const { data } = useOperation('GetOverview', {}, { enabled: may });
  return useMemo(() => {
    if (!data) return undefined;
    const counts = new Map(data.activeAlarms.byProfile.map(({ securityProfileName, count }) => [securityProfileName, count]));
    return (profile) => counts.get(profile) ?? 0;
  }, [data]);
}
