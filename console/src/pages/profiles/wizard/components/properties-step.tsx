import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TagEditor from '@cloudscape-design/components/tag-editor';
import Textarea from '@cloudscape-design/components/textarea';
import { useCan } from '../../../../api';
import { ChooseTargets } from '../../components/choose-targets';
import type { StepProps } from '../steps';

/** Name, description, targets and tags. */
export function PropertiesStep({ form, change, faults, existing }: StepProps) {
  const mayAttach = useCan('AttachSecurityProfile');
  const mayTag = useCan('TagResource');
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Security profile</Header>}>
        <SpaceBetween size="l">
          <FormField label="Name" description={existing ? 'A name stays for good.' : 'It cannot be changed later.'} constraintText={faults.name ? undefined : '1 to 128 letters, digits and : _ -'} errorText={faults.name}>
            <Input value={form.name} disabled={existing !== undefined} onChange={({ detail }) => change({ name: detail.value })} placeholder="cameras" disableBrowserAutocorrect />
          </FormField>
          <FormField label={<>Description <i>- optional</i></>} constraintText="At most 1000 characters" errorText={faults.description}>
            <Textarea value={form.description} rows={2} onChange={({ detail }) => change({ description: detail.value.replaceAll('\n', ' ') })} />
          </FormField>
          {mayAttach && (
            <FormField label="Targets" description="The things that the profile judges. Of a thing group, also those of the groups below it." errorText={faults.targets}>
              <ChooseTargets targets={form.targets} onChange={(targets) => change({ targets })} />
            </FormField>
          )}
        </SpaceBetween>
      </Container>
      {mayTag && (
        <Container header={<Header variant="h2" description="Whose it is, what it costs: policies can ask for tags.">Tags</Header>}>
          <SpaceBetween size="s">
            <TagEditor
              tags={form.tags.map(({ Key, Value = '' }) => ({ key: Key, value: Value, existing: false }))}
              onChange={({ detail }) => change({ tags: detail.tags.map(({ key, value }) => ({ Key: key, Value: value })) })}
            />
          </SpaceBetween>
        </Container>
      )}
    </SpaceBetween>
  );
}
