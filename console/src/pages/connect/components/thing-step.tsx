import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { DescribeDeploymentResponse } from '../../../api';
import { Code } from '../../../commons/copy/code';
import type { Endpoint } from '../model/endpoint';
import type { ConnectForm, FormFaults } from '../model/form';
import { devicePolicy } from '../model/policy';
import { ChooseGroup } from './choose-group';
import { ChooseThing } from './choose-thing';
import { ListenerNotice } from './listener-notice';

export interface ThingStepProps {
  form: ConnectForm;
  faults: FormFaults;
  onChange: (part: Partial<ConnectForm>) => void;
  deployment: DescribeDeploymentResponse;
  endpoint: Endpoint;
}

export function ThingStep({ form, faults, onChange, deployment, endpoint }: ThingStepProps) {
  return (
    <SpaceBetween size="l">
      <ListenerNotice endpoint={endpoint} />
      <Container>
        <SpaceBetween size="l">
          <FormField label="Thing">
            <RadioGroup
              ariaLabel="Thing"
              value={form.kind}
              onChange={({ detail }) => onChange({ kind: detail.value as ConnectForm['kind'], thingName: '' })}
              items={[
                { value: 'new', label: 'New thing' },
                { value: 'existing', label: 'Existing thing', description: 'It gets one more certificate.' },
              ]}
            />
          </FormField>
          <FormField
            label="Name"
            description="The device uses it as its client ID, too."
            constraintText={form.kind === 'new' ? 'Letters, digits, colons, underscores and hyphens; it cannot be changed later.' : undefined}
            errorText={faults.thingName}
          >
            {form.kind === 'new' ? (
              <Input value={form.thingName} onChange={({ detail }) => onChange({ thingName: detail.value.trim() })} placeholder="camera-17" autoFocus autoComplete={false} disableBrowserAutocorrect spellcheck={false} />
            ) : (
              <ChooseThing value={form.thingName} onChange={(thingName) => onChange({ thingName })} />
            )}
          </FormField>
          <ChooseGroup value={form.groupName} existing={form.kind === 'existing'} onChange={(groupName) => onChange({ groupName })} />
        </SpaceBetween>
      </Container>
      <Container>
        <SpaceBetween size="m">
          <FormField label="Policy" description="Made if there is none of this name; one that exists is attached as it is." errorText={faults.policyName}>
            <Input value={form.policyName} onChange={({ detail }) => onChange({ policyName: detail.value.trim() })} autoComplete={false} disableBrowserAutocorrect spellcheck={false} />
          </FormField>
          <ExpandableSection headerText="What the policy allows" headerDescription="Connect as itself, publish its reports, hear how they were taken; for every thing the same">
            <Code text={devicePolicy(deployment.region, deployment.accountId)} what="Policy" maxHeight={400} />
          </ExpandableSection>
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}
