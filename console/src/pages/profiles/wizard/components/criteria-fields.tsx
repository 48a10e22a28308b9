import FormField from '@cloudscape-design/components/form-field';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Select from '@cloudscape-design/components/select';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { durations, type ComparisonOperator, type MetricInfo } from '../../../../api';
import { formatDuration } from '../../../../commons/format';
import { takesDuration, withCheck, type Check } from '../../model/behavior-form';
import { statistics, comparisonTitles } from '../config';
import type { BehaviorFieldsProps } from './behavior-fields';
import { ValueField } from './value-field';

/** What is normal: kind of check, comparison, value or percentile, window. */
export function CriteriaFields(props: BehaviorFieldsProps & { info: MetricInfo | undefined }) {
  const { form, onChange, fault, info } = props;
  const operators = info?.operators ?? [];
  const statistic = { value: form.statistic, label: form.statistic };
  return (
    <SpaceBetween size="l">
      {(info?.statistical || form.check === 'statistical') && (
        <FormField label="Check type" errorText={fault('check')}>
          <SegmentedControl
            label="Check type"
            selectedId={form.check}
            onChange={({ detail }) => onChange(withCheck(form, detail.selectedId as Check, info))}
            options={[
              { id: 'absolute', text: 'Absolute value' },
              { id: 'statistical', text: 'Percentile of the fleet' },
            ]}
          />
        </FormField>
      )}
      <ColumnLayout columns={2} minColumnWidth={160}>
        <FormField label="Normal is" errorText={fault('operator')}>
          <Select
            selectedOption={form.operator ? { value: form.operator, label: comparisonTitles[form.operator] } : null}
            options={operators.map((value) => ({ value, label: comparisonTitles[value] }))}
            onChange={({ detail }) => onChange({ ...form, operator: detail.selectedOption.value as ComparisonOperator })}
            placeholder="Choose how to compare"
          />
        </FormField>
        {form.check === 'statistical' && (
          <FormField label="Percentile" errorText={fault('statistic')}>
            <Select
              selectedOption={form.statistic ? (statistics.find(({ value }) => value === form.statistic) ?? statistic) : null}
              options={statistics}
              onChange={({ detail }) => onChange({ ...form, statistic: detail.selectedOption.value ?? '' })}
              placeholder="Choose a percentile"
            />
          </FormField>
        )}
        {form.check === 'absolute' && <ValueField {...props} />}
        {takesDuration(form, info) && (
          <FormField label="Duration" errorText={fault('duration')}>
            <Select
              selectedOption={form.duration ? { value: form.duration, label: formatDuration(Number(form.duration)) } : null}
              options={durations.map((seconds) => ({ value: String(seconds), label: formatDuration(seconds) }))}
              onChange={({ detail }) => onChange({ ...form, duration: detail.selectedOption.value ?? '' })}
              placeholder="5 min"
            />
          </FormField>
        )}
      </ColumnLayout>
    </SpaceBetween>
  );
}
