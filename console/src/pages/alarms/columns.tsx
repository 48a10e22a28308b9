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
import { offending } from './members';

/** What alarms and their events have in common. */
type Common = Pick<Violation & ViolationEvent, 'violationId' | 'thingName' | 'securityProfileName' | 'behavior' | 'verificationState' | 'verificationStateDescription'>;

function behaviorColumn<T extends Common>(sortBy?: string): Column<T> {
  return {
    id: 'behavior',
    header: 'Behavior',
    cell: ({ violationId, behavior }) => <AlarmLink violationId={violationId}>{behavior?.name ?? '–'}</AlarmLink>,
    rowHeader: true,
    width: 190,
    minWidth: 120,
    ...(sortBy && { sortBy }),
  };
}

function thingColumn<T extends Common>(sortBy?: string): Column<T> {
  return {
    id: 'thing',
    header: 'Thing',
    cell: ({ thingName = '' }) => <PageLink to={`/things/${encodeURIComponent(thingName)}`}>{thingName}</PageLink>,
    width: 140,
    minWidth: 100,
    ...(sortBy && { sortBy }),
  };
}

function profileColumn<T extends Common>(sortBy?: string): Column<T> {
  return {
    id: 'profile',
    header: 'Security profile',
    cell: ({ securityProfileName = '' }) => <PageLink to={`/profiles/${encodeURIComponent(securityProfileName)}`}>{securityProfileName}</PageLink>,
    width: 170,
    minWidth: 110,
    ...(sortBy && { sortBy }),
  };
}

function stateAndType<T extends Common>(): Column<T>[] {
  return [
    { id: 'state', header: 'Verification state', cell: ({ verificationState }) => <VerificationMark state={verificationState} />, width: 170 },
    { id: 'type', header: 'Behavior type', cell: ({ behavior }) => (behavior ? criteriaTypes[criteriaTypeOf(behavior)] : '–'), width: 140 },
  ];
}

/** Columns that one can choose to see. */
function moreColumns<T extends Common>(): Column<T>[] {
  return [
    { id: 'metric', header: 'Metric', width: 180, cell: ({ behavior }) => metricTitle(behavior?.metric) || '–', hidden: true },
    { id: 'expected', header: 'Expected', cell: ({ behavior }) => (behavior ? criteriaText(behavior) : '–'), width: 320, hidden: true },
    { id: 'note', header: 'Verification note', cell: ({ verificationStateDescription }) => verificationStateDescription || '–', width: 220, hidden: true },
    { id: 'suppressed', header: 'Alerts', width: 140, cell: ({ behavior }) => (behavior?.suppressAlerts ? 'Suppressed' : 'Not suppressed'), hidden: true },
    { id: 'id', header: 'Violation ID', cell: ({ violationId }) => <span className="vedette-mono">{violationId}</span>, width: 300, hidden: true },
  ];
}

export const alarmColumns: Column<Violation>[] = [
  behaviorColumn('behaviorName'),
  thingColumn('thingName'),
  profileColumn('securityProfileName'),
  {
    id: 'value',
    header: 'Last value',
    cell: ({ lastViolationValue, behavior }) => <MetricValueText value={offending(behavior, lastViolationValue)} metric={behavior?.metric} limit={2} />,
    width: 160,
  },
  { id: 'start', header: 'In alarm since', cell: ({ violationStartTime, endReason }) => (endReason ? <EventMark type={endReason} /> : <Ago time={violationStartTime} />), sortBy: 'startTime', width: 165 },
  ...stateAndType<Violation>(),
  { id: 'last', header: 'Last violated', cell: ({ lastViolationTime }) => <Ago time={lastViolationTime} />, sortBy: 'lastTime', width: 140 },
  ...moreColumns<Violation>(),
];

export const eventColumns: Column<ViolationEvent>[] = [
  { id: 'time', header: 'Time', cell: ({ violationEventTime }) => <At time={violationEventTime} />, sortBy: 'time', width: 220 },
  { id: 'event', header: 'Event', cell: ({ violationEventType }) => <EventMark type={violationEventType} />, width: 170 },
  behaviorColumn(),
  thingColumn(),
  profileColumn(),
  {
    id: 'value',
    header: 'Value',
    cell: ({ metricValue, behavior }) => <MetricValueText value={offending(behavior, metricValue)} metric={behavior?.metric} limit={2} />,
    width: 160,
  },
  ...stateAndType<ViolationEvent>(),
  ...moreColumns<ViolationEvent>(),
];
