import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import type { ProfileForm } from '../../model/profile-form';
import type { StepProps } from '../steps';

/** Where alerts go. */
export function NotificationsStep({ form, change, faults }: StepProps) {
  const { on, alertTargetArn, roleArn } = form.alerts;
  const set = (part: Partial<ProfileForm['alerts']>) => change({ alerts: { ...form.alerts, ...part } });
  const allSuppressed = form.behaviors.length > 0 && form.behaviors.every(({ suppress }) => suppress);
  return (
    <Container header={<Header variant="h2" description="An alert is sent when an alarm begins, and when it ends. Alarms show in the console with or without.">Alerts</Header>}>
      <SpaceBetween size="l">
        <Toggle checked={on} onChange={({ detail }) => set({ on: detail.checked })}>
          Send alerts to an SNS topic
        </Toggle>
        {on && (
          <FormField label="SNS topic" errorText={faults.alertTargetArn}>
            <Input value={alertTargetArn} onChange={({ detail }) => set({ alertTargetArn: detail.value })} placeholder="arn:aws:sns:us-east-1:123456789012:security" disableBrowserAutocorrect />
          </FormField>
        )}
        {on && (
          <FormField label="Role" description="The role that may publish to the topic." errorText={faults.alertRole}>
            <Input value={roleArn} onChange={({ detail }) => set({ roleArn: detail.value })} placeholder="arn:aws:iam::123456789012:role/alerts" disableBrowserAutocorrect />
          </FormField>
        )}
        {on && allSuppressed && <Alert type="info">All behaviors suppress alerts: nothing will be sent.</Alert>}
      </SpaceBetween>
    </Container>
  );
}
