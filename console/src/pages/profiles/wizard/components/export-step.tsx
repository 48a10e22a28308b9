import Alert from '@cloudscape-design/components/alert';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { metricTitle } from '../../../../i18n-strings';
import type { ProfileForm } from '../../model/profile-form';
import type { StepProps } from '../steps';

/** Where values are published to, and of which metrics. */
export function ExportStep({ form, change, faults }: StepProps) {
  const { on, mqttTopic, roleArn } = form.export;
  const set = (part: Partial<ProfileForm['export']>) => change({ export: { ...form.export, ...part } });
  const marked = [...form.behaviors, ...form.retained].filter(({ exported }) => exported).length;
  return (
    <Container header={<Header variant="h2" description="Values of the metrics you mark are published to an MQTT topic every few minutes.">Topic</Header>}>
      <SpaceBetween size="l">
        <Toggle checked={on} onChange={({ detail }) => set({ on: detail.checked })}>
          Export metrics
        </Toggle>
        {on && (
          <FormField label="MQTT topic" description="An ordinary topic, or $aws/rules/NAME." errorText={faults.mqttTopic}>
            <Input value={mqttTopic} onChange={({ detail }) => set({ mqttTopic: detail.value })} placeholder="fleet/metrics" disableBrowserAutocorrect />
          </FormField>
        )}
        {on && (
          <FormField label="Role" description="Kept with the profile, as the API wants one; Vedette publishes by itself and does not use it." errorText={faults.exportRole}>
            <Input value={roleArn} onChange={({ detail }) => set({ roleArn: detail.value })} placeholder="arn:aws:iam::123456789012:role/export" disableBrowserAutocorrect />
          </FormField>
        )}
        {on && <MarkedMetrics form={form} change={change} />}
        {on && marked === 0 && <Alert type="warning">No metric is marked: nothing will be exported.</Alert>}
        {!on && marked > 0 && <Alert type="info">Metrics are marked for export, but without a topic nothing is exported.</Alert>}
      </SpaceBetween>
    </Container>
  );
}

function MarkedMetrics({ form, change }: Pick<StepProps, 'form' | 'change'>) {
  const { behaviors, retained } = form;
  return (
    <FormField label="Metrics" stretch>
      <SpaceBetween size="xs">
        {behaviors.map((row, i) => (
          <Checkbox key={row.id} checked={row.exported} disabled={row.check === 'learned'} onChange={({ detail }) => change({ behaviors: behaviors.with(i, { ...row, exported: detail.checked }) })} description={`Of behavior ${row.name || 'without a name'}`}>
            {title(row)}
          </Checkbox>
        ))}
        {retained.map((row, i) => (
          <Checkbox key={row.id} checked={row.exported} onChange={({ detail }) => change({ retained: retained.with(i, { ...row, exported: detail.checked }) })} description="Retained only">
            {title(row)}
          </Checkbox>
        ))}
        {behaviors.length + retained.length === 0 && 'The profile names no metric yet.'}
      </SpaceBetween>
    </FormField>
  );
}

function title({ metric, dimension }: { metric: string; dimension: string }): string {
  return `${metricTitle(metric) || 'No metric yet'}${dimension && ` (${dimension})`}`;
}
