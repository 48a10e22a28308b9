import Header from '@cloudscape-design/components/header';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useCan, useMutationOf, type Tag } from '../../../api';
import { CliCommand } from '../../../commons/copy/cli-command';
import { formErrors } from '../../../commons/form/errors';
import { nameFault } from '../../../commons/form/name';
import { ResourceForm } from '../../../commons/form/resource-form';
import { requestToken } from '../../../commons/form/token';
import { Page } from '../../../commons/layout/page';
import { useNotifications } from '../../../commons/notifications';
import { TagFields } from '../../../commons/tags/tag-fields';
import { TopicTester } from '../components/topic-tester';
import { usable } from '../filter';
import { dimensionsHelp } from '../help';
import { DimensionFields } from './form';

export default function CreateDimensionPage() {
  const navigate = useNavigate();
  const { success } = useNotifications();
  const [name, setName] = useState('');
  const [filters, setFilters] = useState(['']);
  const [tags, setTags] = useState<{ list: Tag[]; valid: boolean }>({ list: [], valid: true });
  const [strict, setStrict] = useState(false);
  const [token] = useState(requestToken);
  const mayTag = useCan('TagResource');
  const mayTry = useCan('MatchDimension');
  const creation = useMutationOf('CreateDimension', () => {
    success(`Dimension ${name} is created`);
    void navigate(`/dimensions/${encodeURIComponent(name)}`);
  });
  const errors = formErrors(creation.error, ['name', 'stringValues']);
  const input = { name, type: 'TOPIC_FILTER' as const, stringValues: filters, ...(tags.list.length > 0 && { tags: tags.list }), clientRequestToken: token };
  const submit = () => {
    setStrict(true);
    if (nameFault(name) === undefined && usable(filters).length === filters.length && tags.valid) creation.mutate(input);
  };
  return (
    <Page title="Create dimension" type="form" breadcrumbs={[{ text: 'Dimensions', to: '/dimensions' }, { text: 'Create dimension' }]} help={dimensionsHelp}>
      <ResourceForm submit="Create dimension" onSubmit={submit} onCancel={() => void navigate('/dimensions')} busy={creation.isPending} error={errors.rest} header={<Header variant="h1">Create dimension</Header>}>
        <DimensionFields name={name} onName={setName} nameError={strict ? nameFault(name) : undefined} filters={filters} onFilters={setFilters} strict={strict} errors={errors} />
        {mayTry && <TopicTester filters={filters} />}
        {mayTag && <TagFields tags={tags.list} onChange={(list, valid) => setTags({ list, valid })} />}
        {name !== '' && usable(filters).length > 0 && <CliCommand operation="CreateDimension" input={input} />}
      </ResourceForm>
    </Page>
  );
}
