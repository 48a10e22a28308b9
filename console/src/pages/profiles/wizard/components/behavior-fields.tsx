import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { metricInfo } from '../../../../api';
import { metricHelp } from '../../../../i18n-strings';
import { withMetric, type BehaviorForm } from '../../model/behavior-form';
import type { Choices } from '../choices';
import { CriteriaFields } from './criteria-fields';
import { DatapointFields } from './datapoint-fields';
import { DimensionFields } from './dimension-fields';
import { MetricSelect } from './metric-select';

export interface BehaviorFieldsProps {
  form: BehaviorForm;
  onChange: (form: BehaviorForm) => void;
  choices: Choices;
  /** What is wrong with a field. */
  fault: (field: string) => string | undefined;
}

/** All that a behavior says, top to bottom. */
export function BehaviorFields(props: BehaviorFieldsProps) {
  const { form, onChange, choices, fault } = props;
  const info = metricInfo(form.metric, choices.custom[form.metric]);
  return (
    <SpaceBetween size="l">
      <FormField label="Behavior name" constraintText={fault('name') ? undefined : 'Letters, digits and : _ -'} errorText={fault('name')}>
        <Input value={form.name} onChange={({ detail }) => onChange({ ...form, name: detail.value })} placeholder="few-bytes-out" disableBrowserAutocorrect />
      </FormField>
      <FormField label="Metric" description={form.metric ? metricHelp(form.metric) : 'What things report, and what the broker counts of them.'} errorText={fault('metric')}>
        <MetricSelect metric={form.metric} custom={choices.custom} onChange={(chosen) => onChange(withMetric(form, chosen))} />
      </FormField>
      {(info?.dimension || form.dimension) && (
        <FormField label="Dimension" description="Counts only messages of some topics, or only the others." errorText={fault('dimension')}>
          <DimensionFields dimension={form.dimension} operator={form.dimensionOperator} dimensions={choices.dimensions} onChange={(change) => onChange({ ...form, ...change })} />
        </FormField>
      )}
      {form.metric && <CriteriaFields {...props} info={info} />}
      <DatapointFields {...props} />
    </SpaceBetween>
  );
}
