import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError, useMutationOf, useSession, type CreateAccessKeyResponse } from '../../../api';
import { formErrors } from '../../../commons/form/errors';
import { ResourceForm } from '../../../commons/form/resource-form';
import { examples } from './examples';
import { keyNameFault, policyFault } from './policy';
import '../settings.css';

const ownPolicy = { value: 'own', label: 'A policy of your own', description: 'In the words of AWS IAM, without Principal.' };
const choices = [...examples.map(({ id, title, help }) => ({ value: id, label: title, description: help })), ownPolicy];

/** The text of an example. */
function documentOf(id: string): string {
  return JSON.stringify(examples.find((example) => example.id === id)?.document, null, 2);
}

/** Name and policy of a key to be. Only the root user gives policies. */
export function CreateKeyForm({ onMade }: { onMade: (key: CreateAccessKeyResponse) => void }) {
  const navigate = useNavigate();
  const root = useSession()?.root ?? false;
  const [name, setName] = useState('');
  const [choice, setChoice] = useState('read-only');
  const [policy, setPolicy] = useState(() => documentOf('read-only'));
  const [strict, setStrict] = useState(false);
  const creation = useMutationOf('CreateAccessKey', onMade);
  const malformed = creation.error instanceof ApiError && creation.error.code === 'MalformedPolicyException' ? creation.error.message : undefined;
  const errors = formErrors(malformed ? null : creation.error, ['name', 'policy']);
  // What the server said is of the document before.
  const edit = (document: string) => {
    setPolicy(document);
    if (malformed) creation.reset();
  };
  const submit = () => {
    setStrict(true);
    if (keyNameFault(name) === undefined && (!root || policyFault(policy) === undefined)) creation.mutate({ name, ...(root && { policy }) });
  };
  return (
    <ResourceForm submit="Create access key" onSubmit={submit} onCancel={() => void navigate('/settings?tab=access-keys')} busy={creation.isPending} error={errors.rest} header={<Header variant="h1">Create access key</Header>}>
      <Container header={<Header variant="h2">Access key</Header>}>
        <FormField label="Name" description="Of the person or program that will sign with it." constraintText="1 to 64 letters, digits and _ + = , . @ -" errorText={strict ? (keyNameFault(name) ?? errors.of('name')) : undefined}>
          <Input value={name} onChange={({ detail }) => setName(detail.value)} placeholder="ops" disableBrowserAutocorrect autoComplete={false} autoFocus />
        </FormField>
      </Container>
      {root ? (
        <Container header={<Header variant="h2" description="What the key may do">Policy</Header>}>
          <SpaceBetween size="l">
            <FormField label="Begin with">
              <RadioGroup
                value={choice}
                items={choices}
                onChange={({ detail }) => {
                  setChoice(detail.value);
                  if (detail.value !== ownPolicy.value) edit(documentOf(detail.value));
                }}
              />
            </FormField>
            <FormField label="Policy document" constraintText="At most 6144 characters, not counting white space" errorText={malformed ?? (strict ? (policyFault(policy) ?? errors.of('policy')) : undefined)} stretch>
              <div className="vedette-mono-field">
                <Textarea
                  value={policy}
                  rows={18}
                  spellcheck={false}
                  disableBrowserAutocorrect
                  onChange={({ detail }) => {
                    setChoice(ownPolicy.value);
                    edit(detail.value);
                  }}
                />
              </div>
            </FormField>
          </SpaceBetween>
        </Container>
      ) : (
        <Alert type="info" header="The key may do nothing at first">
          Only the root user says what a key may do: on the server&apos;s machine with <code>vedette key update {name || 'NAME'} --policy policy.json</code>.
        </Alert>
      )}
    </ResourceForm>
  );
}
