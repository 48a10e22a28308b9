import Checkbox from '@cloudscape-design/components/checkbox';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { BehaviorFieldsProps } from './behavior-fields';

/** How fast an alarm begins and ends, and who hears of it. */
export function DatapointFields({ form, onChange, fault }: BehaviorFieldsProps) {
  return (
    <SpaceBetween size="m">
      <ColumnLayout columns={2} minColumnWidth={160}>
        <FormField label="Datapoints to alarm" description="In a row that are not normal." constraintText="1 to 10" errorText={fault('toAlarm')}>
          <Input type="number" inputMode="numeric" value={form.toAlarm} placeholder="1" onChange={({ detail }) => onChange({ ...form, toAlarm: detail.value })} />
        </FormField>
        <FormField label="Datapoints to clear" description="In a row that are normal." constraintText="1 to 10" errorText={fault('toClear')}>
          <Input type="number" inputMode="numeric" value={form.toClear} placeholder="1" onChange={({ detail }) => onChange({ ...form, toClear: detail.value })} />
        </FormField>
      </ColumnLayout>
      <Checkbox checked={form.suppress} onChange={({ detail }) => onChange({ ...form, suppress: detail.checked })} description="Alarms are raised and kept, but no alert is sent.">
        Suppress alerts
      </Checkbox>
      <Checkbox checked={form.exported} onChange={({ detail }) => onChange({ ...form, exported: detail.checked })} description="Values go to the topic of the next step.">
        Export the metric
      </Checkbox>
    </SpaceBetween>
  );
}
