import type { Violation } from '../../../api';
import { PageLink } from '../../../commons/link';
import type { TableConfig } from '../../../commons/table';
import { Ago } from '../../../commons/time/ago';
import { criteriaText } from '../../../commons/value/criteria';
import { MetricValueText } from '../../../commons/value/metric-value';
import { verificationStates } from '../../../i18n-strings';
import { EventMark, VerificationMark } from '../../alarms/components/states';
import { offending } from '../../alarms/members';

/** Alarms of one thing. */
export const alarmsTable: TableConfig<Violation> = {
  id: 'thing-alarms',
  one: 'alarm',
  many: 'alarms',
  key: ({ violationId = '' }) => violationId,
  sort: { column: 'started', descending: true },
  columns: [
    {
      id: 'behavior',
      header: 'Behavior',
      rowHeader: true,
      sortBy: 'behaviorName',
      minWidth: 160,
      cell: ({ violationId = '', behavior }) => <PageLink to={`/alarms/${encodeURIComponent(violationId)}`}>{behavior?.name ?? '–'}</PageLink>,
    },
    {
      id: 'profile',
      header: 'Security profile',
      sortBy: 'securityProfileName',
      minWidth: 150,
      cell: ({ securityProfileName = '' }) => <PageLink to={`/profiles/${encodeURIComponent(securityProfileName)}`}>{securityProfileName}</PageLink>,
    },
    { id: 'state', header: 'State', minWidth: 150, cell: ({ endReason }) => <EventMark type={endReason} /> },
    { id: 'value', header: 'Last value', minWidth: 130, cell: ({ lastViolationValue, behavior }) => <MetricValueText value={offending(behavior, lastViolationValue)} metric={behavior?.metric} limit={3} /> },
    { id: 'normal', header: 'Normal is', minWidth: 220, cell: ({ behavior }) => (behavior ? criteriaText(behavior) : '–') },
    { id: 'started', header: 'Began', sortBy: 'startTime', minWidth: 110, cell: ({ violationStartTime }) => <Ago time={violationStartTime} /> },
    { id: 'ended', header: 'Ended', minWidth: 110, cell: ({ endTime }) => <Ago time={endTime} /> },
    { id: 'verification', header: 'Verification state', minWidth: 150, cell: ({ verificationState }) => <VerificationMark state={verificationState} /> },
  ],
  filters: [
    { key: 'behaviorName', label: 'Behavior', group: 'Behaviors' },
    { key: 'securityProfileName', label: 'Security profile', group: 'Security profiles' },
    {
      key: 'state',
      label: 'State',
      values: [
        { value: 'active', label: 'Active' },
        { value: 'ended', label: 'Ended' },
      ],
    },
    { key: 'verificationState', label: 'Verification state', values: Object.entries(verificationStates).map(([value, label]) => ({ value, label })) },
  ],
};
