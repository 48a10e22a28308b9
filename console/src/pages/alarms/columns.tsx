import type { Violation, ViolationEvent } from '../../api';
import { PageLink } from '../../commons/link';
import type { Column } from '../../commons/table';
import { Ago, At } from '../../commons/time/ago';
import { criteriaText } from '../../commons/value/criteria';
import { MetricValueText } from '../../commons/value/metric-value';
import { criteriaTypes, metricTitle } from '../../i18n-strings';
import { AlarmLink } from './components/alarm-link';
import { EventMark, VerificationMark } from './components/states';
import { criteriaTypeOf } from './criteria';

/** What alarms and their events have in common. */
type Common = Pick<Violation & ViolationEvent, 'violationId' | 'thingName' | 'securityProfileName' | 'behavior' | 'verificationState' | 'verificationStateDescription'>;

function behaviorColumn<T extends Common>(sortBy?: string): Column<T> {
  return {
    id: 'behavior',
    header: 'Behavior',
    cell: ({ violationId, behavior }) => <AlarmLink violationId={violationId}>{behavior?.name ?? '–'}</AlarmLink>,
    rowHeader: true,
    minWidth: 150,
    ...(sortBy && { sortBy }),
  };
}

function thingColumn<T extends Common>(sortBy?: string): Column<T> {
  return {
    id: 'thing',
    header: 'Thing',
    cell: ({ thingName = '' }) => <PageLink to={`/things/${encodeURIComponent(thingName)}`}>{thingName}</PageLink>,
    minWidth: 140,
    ...(sortBy && { sortBy }),
  };
}

function profileColumn<T extends Common>(sortBy?: string): Column<T> {
  return {
    id: 'profile',
    header: 'Security profile',
    cell: ({ securityProfileName = '' }) => <PageLink to={`/profiles/${encodeURIComponent(securityProfileName)}`}>{securityProfileName}</PageLink>,
    minWidth: 150,
    ...(sortBy && { sortBy }),
  };
}

/** Columns that tell of the behavior and of what was made of the alarm. */
function moreColumns<T extends Common>(): Column<T>[] {
  return [
    { id: 'type', header: 'Behavior type', cell: ({ behavior }) => (behavior ? criteriaTypes[criteriaTypeOf(behavior)] : '–'), minWidth: 110 },
    { id: 'metric', header: 'Metric', cell: ({ behavior }) => metricTitle(behavior?.metric) || '–', hidden: true },
    { id: 'expected', header: 'Expected', cell: ({ behavior }) => (behavior ? criteriaText(behavior) : '–'), minWidth: 200, hidden: true },
    { id: 'state', header: 'Verification state', cell: ({ verificationState }) => <VerificationMark state={verificationState} />, minWidth: 150 },
    { id: 'note', header: 'Verification note', cell: ({ verificationStateDescription }) => verificationStateDescription || '–', minWidth: 160, hidden: true },
    { id: 'suppressed', header: 'Alerts', cell: ({ behavior }) => (behavior?.suppressAlerts ? 'Suppressed' : 'Not suppressed'), hidden: true },
    { id: 'id', header: 'Violation ID', cell: ({ violationId }) => <span className="vedette-mono">{violationId}</span>, minWidth: 180, hidden: true },
  ];
}

export const alarmColumns: Column<Violation>[] = [
  behaviorColumn('behaviorName'),
  thingColumn('thingName'),
  profileColumn('securityProfileName'),
  {
    id: 'value',
    header: 'Last value',
    cell: ({ lastViolationValue, behavior }) => <MetricValueText value={lastViolationValue} metric={behavior?.metric} limit={3} />,
    minWidth: 110,
  },
  { id: 'start', header: 'In alarm', cell: ({ violationStartTime, endReason }) => (endReason ? <EventMark type={endReason} /> : <Ago time={violationStartTime} />), sortBy: 'startTime', minWidth: 110 },
  { id: 'last', header: 'Last violated', cell: ({ lastViolationTime }) => <Ago time={lastViolationTime} />, sortBy: 'lastTime', minWidth: 120 },
  ...moreColumns<Violation>(),
];

export const eventColumns: Column<ViolationEvent>[] = [
  { id: 'time', header: 'Time', cell: ({ violationEventTime }) => <At time={violationEventTime} />, sortBy: 'time', minWidth: 200 },
  { id: 'event', header: 'Event', cell: ({ violationEventType }) => <EventMark type={violationEventType} />, minWidth: 150 },
  behaviorColumn(),
  thingColumn(),
  profileColumn(),
  {
    id: 'value',
    header: 'Value',
    cell: ({ metricValue, behavior }) => <MetricValueText value={metricValue} metric={behavior?.metric} limit={3} />,
    minWidth: 110,
  },
  ...moreColumns<ViolationEvent>(),
];
