import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { metricOf, useOperation, type Output, type ThingMetric } from '../../../api';
import { formatDuration } from '../../../commons/format';
import { Answer } from '../../../commons/states/answer';
import { alarmsWithin, useThingAlarms } from './alarms';
import { AppliedBehaviors } from './applied-behaviors';
import { behaviorsOf, comparable, sumsOf, useAppliedBehaviors, usualSum } from './behaviors';
import { BigChart } from './big-chart';
import { dimensionText, fullTitle, keyText, titleOf, valuesInput, type MetricKey } from './kept-metric';
import { useMovingThresholds } from './thresholds';

interface ChosenMetricProps {
  thing: Output<'GetThing'>;
  metric: ThingMetric;
  startTime: number;
  endTime: number;
  /** key: see keyText. */
  onChoose: (key: string) => void;
  onZoom: (from: number, to: number) => void;
}

/** One metric with all that judges it. Give it the metric's keyText as its key. */
export function ChosenMetric({ thing: { thingName, metrics, securityProfiles }, metric: given, startTime, endTime, onChoose, onZoom }: ChosenMetricProps) {
  const [metric] = useState<MetricKey>(given);
  const [search, setSearch] = useSearchParams();
  const all = useAppliedBehaviors(securityProfiles);
  const kind = metricOf(metric.metricName)?.kind;
  const applied = useMemo(() => behaviorsOf(all, metric), [all, metric]);
  const sums = sumsOf(applied, kind);
  const wanted = search.get('sum');
  const sum = sums.find((one) => String(one) === wanted) ?? usualSum(applied, sums);
  const judging = useMemo(() => comparable(applied, sum, kind), [applied, sum, kind]);
  const moving = useMovingThresholds(judging, startTime, endTime);
  const found = useThingAlarms(thingName, { state: 'all', metricName: metric.metricName });
  const alarms = useMemo(() => alarmsWithin(found, metric, startTime, endTime), [found, metric, startTime, endTime]);
  const query = useOperation('GetMetricValues', valuesInput(thingName, metric, startTime - 2 * sum, endTime), { keep: true, every: 30_000 });
  const setSum = (sum: string) =>
    setSearch(
      (search) => {
        search.set('sum', sum);
        return search;
      },
      { replace: true },
    );
  return (
    <SpaceBetween size="m">
      <div className="vedette-metric-choice">
        <FormField label="Metric">
          <Select
            selectedOption={{ value: keyText(metric), label: fullTitle(metric) }}
            options={metrics.map((one) => ({ value: keyText(one), label: titleOf(one), description: [dimensionText(one), one.metricName].filter(Boolean).join(' · ') }))}
            onChange={({ detail }) => onChoose(detail.selectedOption.value ?? '')}
            filteringType="auto"
            filteringPlaceholder="Find metrics"
            filteringAriaLabel="Find metrics"
            noMatch="No metric has this name"
            expandToViewport
          />
        </FormField>
        {sums.length > 1 && (
          <FormField label="Shown as">
            <Select
              selectedOption={{ value: String(sum), label: sumTitle(sum, kind) }}
              options={sums.map((one) => ({ value: String(one), label: sumTitle(one, kind) }))}
              onChange={({ detail }) => setSum(detail.selectedOption.value ?? '')}
            />
          </FormField>
        )}
      </div>
      <Answer query={query} what={`Values of ${titleOf(metric)}`}>
        {(values) => (
          <BigChart
            {...{ thingName, metric, values, sum, alarms, moving, onZoom }}
            applied={values.lists ? applied : judging}
            from={startTime}
            to={endTime}
          />
        )}
      </Answer>
      <AppliedBehaviors applied={applied} />
    </SpaceBetween>
  );
}

function sumTitle(sum: number, kind: string | undefined): string {
  if (sum > 0) return `Sum in ${formatDuration(sum)}`;
  return kind === 'counter' ? 'In each 5 min' : 'As reported';
}
