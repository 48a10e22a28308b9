import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { PageLink } from '../../commons/link';
import { shorten } from '../../commons/format';
import { filterQuery, type TableConfig } from '../../commons/table';
import { Ago } from '../../commons/time/ago';
import { criteriaTypes } from '../../i18n-strings';
import { AlertState } from './components/alert-state';
import type { ProfileRow } from './hooks';
import { alertsOf, criteriaTypesOf, retainedOf } from './model/profile';
import { targetTitle } from './model/target';

/** The list of security profiles. */
export const profilesTable: TableConfig<ProfileRow> = {
  id: 'profiles',
  one: 'security profile',
  many: 'security profiles',
  key: ({ name }) => name,
  sort: { column: 'name', descending: false },
  columns: [
    {
      id: 'name',
      header: 'Name',
      rowHeader: true,
      minWidth: 180,
      value: ({ name }) => name,
      cell: ({ name }) => <PageLink to={`/profiles/${encodeURIComponent(name)}`}>{name}</PageLink>,
    },
    { id: 'type', header: 'Threshold type', minWidth: 160, value: typeText, cell: (row) => typeText(row) ?? '–' },
    { id: 'behaviors', header: 'Behaviors', minWidth: 120, value: ({ profile }) => profile && (profile.behaviors?.length ?? 0), cell: ({ profile }) => (profile ? (profile.behaviors?.length ?? 0) : '–') },
    { id: 'retained', header: 'Retained', minWidth: 115, value: ({ profile }) => profile && retainedOf(profile).length, cell: ({ profile }) => (profile ? retainedOf(profile).length : '–') },
    { id: 'targets', header: 'Targets', minWidth: 190, value: targetsText, cell: (row) => targetsText(row) ?? '–' },
    {
      id: 'alarms',
      header: 'Active alarms',
      minWidth: 150,
      value: ({ alarms }) => alarms,
      cell: ({ name, alarms }) =>
        alarms ? (
          <StatusIndicator type="error">
            <PageLink to={`/alarms${filterQuery({ securityProfileName: name })}`}>{alarms}</PageLink>
          </StatusIndicator>
        ) : (
          (alarms ?? '–')
        ),
    },
    { id: 'notifications', header: 'Notifications', minWidth: 150, value: ({ profile }) => profile && alertsOf(profile), cell: ({ profile }) => (profile ? <AlertState of={profile} /> : '–') },
    { id: 'created', header: 'Created', minWidth: 120, value: ({ profile }) => profile?.creationDate, cell: ({ profile }) => <Ago time={profile?.creationDate} /> },
    { id: 'modified', header: 'Changed', hidden: true, value: ({ profile }) => profile?.lastModifiedDate, cell: ({ profile }) => <Ago time={profile?.lastModifiedDate} /> },
    { id: 'description', header: 'Description', hidden: true, minWidth: 200, value: ({ profile }) => profile?.securityProfileDescription, cell: ({ profile }) => profile?.securityProfileDescription ?? '–' },
  ],
  filters: [
    { key: 'name', label: 'Name', group: 'Names', operators: [':', '=', '^', '!:'], of: ({ name }) => name },
    {
      key: 'type',
      label: 'Threshold type',
      group: 'Threshold types',
      values: Object.entries(criteriaTypes).map(([value, label]) => ({ value, label })),
      of: ({ profile }) => profile && criteriaTypesOf(profile),
    },
    { key: 'metric', label: 'Metric', group: 'Metrics', operators: ['=', ':'], of: ({ profile }) => profile && [...(profile.behaviors ?? []).map(({ metric }) => metric), ...retainedOf(profile).map(({ metric }) => metric)] },
    { key: 'target', label: 'Target', group: 'Targets', operators: ['=', ':'], of: ({ targets }) => targets?.map(targetTitle) },
    {
      key: 'notifications',
      label: 'Notifications',
      values: [
        { value: 'on', label: 'On' },
        { value: 'suppressed', label: 'Suppressed' },
        { value: 'off', label: 'Off' },
      ],
      of: ({ profile }) => profile && alertsOf(profile),
    },
  ],
};

function typeText({ profile }: ProfileRow): string | undefined {
  if (!profile) return undefined;
  const types = criteriaTypesOf(profile);
  return types.length === 0 ? 'None' : types.map((type) => criteriaTypes[type]).join(', ');
}

function targetsText({ targets }: ProfileRow): string | undefined {
  return targets && (targets.length === 0 ? 'None' : shorten(targets.map(targetTitle), 2));
}
