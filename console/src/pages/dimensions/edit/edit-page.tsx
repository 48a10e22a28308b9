import Header from '@cloudscape-design/components/header';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useCan, useMutationOf, useOperation } from '../../../api';
import { CliCommand } from '../../../commons/copy/cli-command';
import { formErrors } from '../../../commons/form/errors';
import { ResourceForm } from '../../../commons/form/resource-form';
import { Page } from '../../../commons/layout/page';
import { useNotifications } from '../../../commons/notifications';
import { Answer } from '../../../commons/states/answer';
import { TopicTester } from '../components/topic-tester';
import { usable } from '../filter';
import { dimensionsHelp } from '../help';
import { DimensionFields } from './form';

export default function EditDimensionPage() {
  const { name = '' } = useParams();
  const query = useOperation('DescribeDimension', { name });
  const path = `/dimensions/${encodeURIComponent(name)}`;
  return (
    <Page title={`Edit ${name}`} type="form" breadcrumbs={[{ text: 'Dimensions', to: '/dimensions' }, { text: name, to: path }, { text: 'Edit' }]} help={dimensionsHelp}>
      <Answer query={query} what={`Dimension ${name}`}>
        {({ stringValues = [] }) => <EditForm name={name} saved={stringValues} path={path} />}
      </Answer>
    </Page>
  );
}

function EditForm({ name, saved, path }: { name: string; saved: string[]; path: string }) {
  const navigate = useNavigate();
  const { success } = useNotifications();
  // What was there when the form opened: an answer that comes later does not take back what was typed.
  const [filters, setFilters] = useState(saved);
  const [strict, setStrict] = useState(false);
  const mayTry = useCan('MatchDimension');
  const update = useMutationOf('UpdateDimension', () => {
    success(`Dimension ${name} is saved`);
    void navigate(path);
  });
  const errors = formErrors(update.error, ['stringValues']);
  const input = { name, stringValues: filters };
  const submit = () => {
    setStrict(true);
    if (usable(filters).length === filters.length) update.mutate(input);
  };
  return (
    <ResourceForm
      submit="Save dimension"
      onSubmit={submit}
      onCancel={() => void navigate(path)}
      busy={update.isPending}
      error={errors.rest}
      header={
        <Header variant="h1" description="Behaviors that use it count by the new filters within seconds.">
          Edit {name}
        </Header>
      }
    >
      <DimensionFields name={name} filters={filters} onFilters={setFilters} strict={strict} errors={errors} />
      {mayTry && <TopicTester filters={filters} />}
      <CliCommand operation="UpdateDimension" input={input} />
    </ResourceForm>
  );
}
