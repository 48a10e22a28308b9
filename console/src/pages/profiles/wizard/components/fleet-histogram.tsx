import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { metricInfo, type Output } from '../../../../api';
import { Histogram } from '../../../../commons/chart';
import { formatCount, formatDuration, formatNumber } from '../../../../commons/format';
import type { BehaviorForm } from '../../model/behavior-form';
import { beyondPercentile, normalSide, percentile, violating } from '../../model/spread';
import { parseValue } from '../../model/value-text';
import type { BehaviorFieldsProps } from './behavior-fields';

/** The fleet's datapoints with the threshold across, and how many would violate. */
export function FleetHistogram({ form, choices, spread }: BehaviorFieldsProps & { spread: Output<'GetDistribution'> }) {
  const info = metricInfo(form.metric, choices.custom[form.metric]);
  const format = (value: number) => formatCount(Number(value.toPrecision(4)), info?.unit);
  const threshold = form.check === 'statistical' ? percentile(spread, form.statistic) : typedThreshold(form);
  const side = normalSide(form.operator);
  const buckets = spread.buckets ?? [];
  const beyond = threshold === undefined ? undefined : beyondOf(form, spread, threshold);
  return (
    <SpaceBetween size="xs">
      {threshold !== undefined && (
        <div className="vedette-fleet-mark">
          <span aria-hidden="true" /> {form.check === 'statistical' ? form.statistic : 'Threshold'} {format(threshold)}
        </div>
      )}
      <Histogram
        label="Datapoints of the fleet"
        buckets={buckets.map(({ from, to, datapoints }) => ({ from, to, count: datapoints }))}
        format={format}
        {...(threshold !== undefined && { mark: { value: threshold, label: '' } })}
        {...(side && { normal: side })}
        height={140}
      />
      <Quantiles spread={spread} format={format} />
      {beyond !== undefined && (
        <StatusIndicator type={beyond === 0 ? 'success' : 'warning'}>
          {beyond === 0 ? 'None of these datapoints would violate' : `${spread.exact === false && beyond < spread.datapoints ? 'About ' : ''}${formatNumber(beyond)} of ${formatNumber(spread.datapoints)} datapoints would violate (${share(beyond, spread.datapoints)})`}
        </StatusIndicator>
      )}
      {form.check === 'statistical' && (
        <Box color="text-body-secondary" fontSize="body-s">
          The line is this percentile of all datapoints. The behavior makes it anew in each window, so the threshold moves with the fleet.
        </Box>
      )}
      {Number(form.duration) > 300 && info?.kind !== 'gauge' && (
        <Box color="text-body-secondary" fontSize="body-s">
          These are single datapoints. The behavior judges their sum in {formatDuration(Number(form.duration))}, which is larger.
        </Box>
      )}
    </SpaceBetween>
  );
}

function beyondOf({ operator, check, statistic }: BehaviorForm, { buckets = [], datapoints }: Output<'GetDistribution'>, threshold: number): number | undefined {
  if (operator === '') return undefined;
  return check === 'statistical' ? beyondPercentile(datapoints, operator, statistic) : violating(buckets, operator, threshold);
}

function typedThreshold({ member, value }: BehaviorForm): number | undefined {
  if (member !== 'count' && member !== 'number') return undefined;
  const parsed = parseValue(member, value);
  return 'value' in parsed ? (parsed.value.count ?? parsed.value.number) : undefined;
}

function Quantiles({ spread, format }: { spread: Output<'GetDistribution'>; format: (value: number) => string }) {
  const shown: [string, number | undefined][] = [
    ['p50', spread.p50],
    ['p99', spread.p99],
    ['p99.9', spread['p99.9']],
    ['maximum', spread.max],
  ];
  return (
    <Box color="text-body-secondary" fontSize="body-s">
      {shown.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${format(value)}`])).join(' · ')}
      {spread.scale === 'logarithmic' && ' · logarithmic scale'}
    </Box>
  );
}

function share(part: number, all: number): string {
  const percent = (part / all) * 100;
  return percent < 0.01 ? 'less than 0.01 %' : `${formatNumber(Number(percent.toPrecision(2)))} %`;
}
