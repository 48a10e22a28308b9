import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useCan, useMutationOf, type CustomMetricType } from '../../../api';
import { CliCommand } from '../../../commons/copy/cli-command';
import { formErrors } from '../../../commons/form/errors';
import { ResourceForm } from '../../../commons/form/resource-form';
import { requestToken } from '../../../commons/form/token';
import { Page } from '../../../commons/layout/page';
import { useNotifications } from '../../../commons/notifications';
import { TagFields } from '../../../commons/tags/tag-fields';
import { pathOf } from '../config';
import { metricsHelp } from '../help';
import { metricTypeNames, metricTypes } from '../types';
import { emptyForm, inputOf, metricNameFault } from './form';

export default function CreateCustomMetricPage() {
  const navigate = useNavigate();
  const { success } = useNotifications();
  const [form, setForm] = useState(emptyForm);
  const [strict, setStrict] = useState(false);
  const [token] = useState(requestToken);
  const mayTag = useCan('TagResource');
  const creation = useMutationOf('CreateCustomMetric', () => {
    success(`Custom metric ${form.name} is created`);
    void navigate(`${pathOf(form.name)}?tab=report`);
  });
  const errors = formErrors(creation.error, ['metricName', 'displayName']);
  const submit = () => {
    setStrict(true);
    if (metricNameFault(form.name) === undefined && form.tagsValid) creation.mutate(inputOf(form, token));
  };
  return (
    <Page title="Create custom metric" type="form" breadcrumbs={[{ text: 'Custom metrics', to: '/metrics' }, { text: 'Create custom metric' }]} help={metricsHelp}>
      <ResourceForm submit="Create custom metric" onSubmit={submit} onCancel={() => void navigate('/metrics')} busy={creation.isPending} error={errors.rest} header={<Header variant="h1">Create custom metric</Header>}>
        <Container header={<Header variant="h2">Custom metric</Header>}>
          <SpaceBetween size="l">
            <FormField label="Name" description="As devices call it in their reports. It cannot be changed later." constraintText="1 to 128 letters, digits and : _ -" errorText={strict ? (metricNameFault(form.name) ?? errors.of('metricName')) : undefined}>
              <Input value={form.name} onChange={({ detail }) => setForm({ ...form, name: detail.value })} placeholder="battery" disableBrowserAutocorrect autoComplete={false} autoFocus />
            </FormField>
            <FormField label="Type" description="It cannot be changed later." stretch>
              <Tiles
                value={form.type}
                columns={4}
                onChange={({ detail }) => setForm({ ...form, type: detail.value as CustomMetricType })}
                items={metricTypeNames.map((value) => ({ value, label: metricTypes[value].title, description: metricTypes[value].help }))}
              />
            </FormField>
            <FormField label={<>Display name <i>- optional</i></>} constraintText="At most 128 characters" errorText={errors.of('displayName')}>
              <Input value={form.displayName} onChange={({ detail }) => setForm({ ...form, displayName: detail.value })} placeholder="Battery charge in %" autoComplete={false} />
            </FormField>
          </SpaceBetween>
        </Container>
        {mayTag && <TagFields tags={form.tags} onChange={(tags, tagsValid) => setForm({ ...form, tags, tagsValid })} />}
        {form.name !== '' && <CliCommand operation="CreateCustomMetric" input={inputOf(form, token)} />}
      </ResourceForm>
    </Page>
  );
}
