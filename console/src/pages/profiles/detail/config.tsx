import Badge from '@cloudscape-design/components/badge';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { Behavior, MetricToRetain, Violation } from '../../../api';
import { PageLink } from '../../../commons/link';
import type { TableConfig } from '../../../commons/table';
import { Ago } from '../../../commons/time/ago';
import { criteriaText } from '../../../commons/value/criteria';
import { MetricValueText } from '../../../commons/value/metric-value';
import { criteriaTypes, dimensionOperators, metricTitle, verificationStates } from '../../../i18n-strings';
import { criteriaTypeOf } from '../model/profile';
import { LatestThreshold } from './components/latest-threshold';

/** The behaviors of one profile. */
export function behaviorsTable(profile: string, { statistical, learned }: { statistical: boolean; learned: boolean }): TableConfig<Behavior> {
  return {
    id: statistical ? 'profile-behaviors-statistical' : 'profile-behaviors',
    one: 'behavior',
    many: 'behaviors',
    key: ({ name }) => name,
    columns: [
      { id: 'name', header: 'Name', rowHeader: true, minWidth: 150, value: ({ name }) => name, cell: ({ name }) => name },
      { id: 'normal', header: 'Normal is', width: 360, minWidth: 240, value: criteriaText, cell: (behavior) => criteriaText(behavior) },
      { id: 'type', header: 'Threshold type', minWidth: learned ? 250 : 165, value: criteriaTypeOf, cell: (behavior) => <CriteriaType of={behavior} /> },
      ...(statistical ? [{ id: 'threshold', header: 'Latest threshold', minWidth: 165, cell: (behavior: Behavior) => <LatestThreshold profile={profile} behavior={behavior} /> }] : []),
      { id: 'alarm', header: 'To alarm', minWidth: 115, value: ({ criteria }) => criteria?.consecutiveDatapointsToAlarm ?? 1, cell: ({ criteria }) => criteria?.consecutiveDatapointsToAlarm ?? 1 },
      { id: 'clear', header: 'To clear', minWidth: 115, value: ({ criteria }) => criteria?.consecutiveDatapointsToClear ?? 1, cell: ({ criteria }) => criteria?.consecutiveDatapointsToClear ?? 1 },
      { id: 'alerts', header: 'Alerts', value: ({ suppressAlerts }) => (suppressAlerts ? 1 : 0), cell: ({ suppressAlerts }) => (suppressAlerts ? 'Suppressed' : 'Sent') },
      { id: 'exported', header: 'Exported', value: ({ exportMetric }) => (exportMetric ? 1 : 0), cell: ({ exportMetric }) => (exportMetric ? 'Yes' : 'No') },
      { id: 'metric', header: 'Metric', hidden: true, minWidth: 200, value: ({ metric }) => metric, cell: ({ metric }) => metric ?? '–' },
      { id: 'dimension', header: 'Dimension', hidden: true, minWidth: 160, value: ({ metricDimension }) => metricDimension?.dimensionName, cell: ({ metricDimension }) => dimensionText(metricDimension) },
    ],
  };
}

function CriteriaType({ of }: { of: Behavior }) {
  const type = criteriaTypeOf(of);
  if (type !== 'MACHINE_LEARNING') return <>{type ? criteriaTypes[type] : '–'}</>;
  return (
    <>
      {criteriaTypes[type]} <Badge color="grey">not judged</Badge>
    </>
  );
}

/** Metrics that are kept without a behavior. */
export const retainedTable: TableConfig<MetricToRetain> = {
  id: 'profile-retained',
  one: 'metric',
  many: 'metrics',
  key: ({ metric, metricDimension }) => `${metric} ${dimensionText(metricDimension)}`,
  columns: [
    { id: 'title', header: 'Metric', rowHeader: true, minWidth: 200, value: ({ metric }) => metricTitle(metric), cell: ({ metric }) => metricTitle(metric) },
    { id: 'metric', header: 'Name', minWidth: 200, value: ({ metric }) => metric, cell: ({ metric }) => metric },
    { id: 'dimension', header: 'Dimension', minWidth: 160, value: ({ metricDimension }) => metricDimension?.dimensionName, cell: ({ metricDimension }) => dimensionText(metricDimension) },
    { id: 'exported', header: 'Exported', value: ({ exportMetric }) => (exportMetric ? 1 : 0), cell: ({ exportMetric }) => (exportMetric ? 'Yes' : 'No') },
  ],
};

function dimensionText(dimension: MetricToRetain['metricDimension']): string {
  return dimension ? `${dimensionOperators[dimension.operator ?? 'IN']} ${dimension.dimensionName}` : '–';
}

/** Active alarms of one profile. */
export const alarmsTable: TableConfig<Violation> = {
  id: 'profile-alarms',
  one: 'alarm',
  many: 'alarms',
  key: ({ violationId = '' }) => violationId,
  sort: { column: 'started', descending: true },
  columns: [
    { id: 'thing', header: 'Thing', rowHeader: true, sortBy: 'thingName', minWidth: 160, cell: ({ thingName = '' }) => <PageLink to={`/things/${encodeURIComponent(thingName)}`}>{thingName}</PageLink> },
    { id: 'behavior', header: 'Behavior', sortBy: 'behaviorName', minWidth: 160, cell: ({ behavior }) => behavior?.name },
    { id: 'normal', header: 'Normal is', minWidth: 240, cell: ({ behavior }) => behavior && criteriaText(behavior) },
    { id: 'value', header: 'Last value', minWidth: 120, cell: ({ lastViolationValue, behavior }) => <MetricValueText value={lastViolationValue} metric={behavior?.metric} /> },
    { id: 'started', header: 'In alarm since', sortBy: 'startTime', minWidth: 130, cell: ({ violationStartTime }) => <Ago time={violationStartTime} /> },
    { id: 'last', header: 'Last violation', sortBy: 'lastTime', minWidth: 130, cell: ({ lastViolationTime }) => <Ago time={lastViolationTime} /> },
    { id: 'state', header: 'Verification state', minWidth: 150, cell: ({ verificationState = 'UNKNOWN' }) => <StatusIndicator type={verificationState === 'UNKNOWN' ? 'pending' : 'info'}>{verificationStates[verificationState]}</StatusIndicator> },
  ],
  filters: [
    { key: 'thingName', label: 'Thing', group: 'Things', operators: ['=', '^'] },
    { key: 'behaviorName', label: 'Behavior', group: 'Behaviors' },
    { key: 'verificationState', label: 'Verification state', values: Object.entries(verificationStates).map(([value, label]) => ({ value, label })) },
  ],
};
