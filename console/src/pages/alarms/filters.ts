import { metrics, type BehaviorCriteriaType, type VerificationState, type ViolationEventType } from '../../api';
import type { FilterProperty } from '../../commons/table';
import { criteriaTypes, verificationStates, violationEventTypes } from '../../i18n-strings';

/** Names to offer, as far as they may be listed. */
export interface Suggestions {
  profiles: string[];
  behaviors: string[];
  groups: string[];
  customMetrics: string[];
}

export const noSuggestions: Suggestions = { profiles: [], behaviors: [], groups: [], customMetrics: [] };

/** What the server filters violations and their events by, under the names of its parameters. */
export function alarmFilters<T>({ profiles, behaviors, groups, customMetrics }: Suggestions): FilterProperty<T>[] {
  return [
    { key: 'thingName', label: 'Thing', group: 'Things', operators: ['=', '^'] },
    { key: 'securityProfileName', label: 'Security profile', group: 'Security profiles', suggestions: profiles },
    { key: 'behaviorName', label: 'Behavior', group: 'Behaviors', suggestions: behaviors },
    { key: 'behaviorCriteriaType', label: 'Behavior type', group: 'Behavior types', values: choices<BehaviorCriteriaType>(criteriaTypes) },
    { key: 'metricName', label: 'Metric', group: 'Metrics', suggestions: [...metrics.map(({ name }) => name), ...customMetrics] },
    { key: 'thingGroupName', label: 'Thing group', group: 'Thing groups', suggestions: groups },
    { key: 'verificationState', label: 'Verification state', group: 'Verification states', values: choices<VerificationState>(verificationStates) },
    {
      key: 'suppressed',
      label: 'Alerts suppressed',
      values: [
        { value: 'true', label: 'Yes' },
        { value: 'false', label: 'No' },
      ],
    },
  ];
}

/** The same of events, which have a type too. */
export function eventFilters<T>(suggestions: Suggestions): FilterProperty<T>[] {
  return [...alarmFilters<T>(suggestions), { key: 'violationEventType', label: 'Event', group: 'Events', values: choices<ViolationEventType>(violationEventTypes) }];
}

function choices<V extends string>(labels: Record<V, string>): { value: string; label: string }[] {
  return Object.entries<string>(labels).map(([value, label]) => ({ value, label }));
}
