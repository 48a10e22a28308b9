import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { ApiError, useMutationOf, type Output } from '../../../api';
import { Can } from '../../../commons/can';
import { Facts } from '../../../commons/detail/facts';
import { attributeFault, attributesOf, rowsOf } from '../../../commons/form/attributes';
import { AttributesEditor } from '../../../commons/form/attributes-editor';
import { formErrors } from '../../../commons/form/errors';
import { ResourceForm } from '../../../commons/form/resource-form';
import { useNotifications } from '../../../commons/notifications';

type Group = Output<'DescribeThingGroup'>;

/** Description and attributes of a group, and a way to change them. */
export function DescriptionTab({ name, group }: { name: string; group: Group }) {
  const [editing, setEditing] = useState(false);
  const { thingGroupDescription, attributePayload } = group.thingGroupProperties ?? {};
  const attributes = Object.entries(attributePayload?.attributes ?? {});
  const edit = !editing && (
    <Can do="UpdateThingGroup">
      <Button onClick={() => setEditing(true)}>Edit</Button>
    </Can>
  );
  return (
    <Container header={<Header variant="h2" actions={edit}>Description and attributes</Header>}>
      {editing ? (
        <EditGroup name={name} group={group} onClose={() => setEditing(false)} />
      ) : (
        <Facts of={{ Description: thingGroupDescription || '–', ...(attributes.length === 0 ? { Attributes: 'None' } : Object.fromEntries(attributes.map(([name, value]) => [`Attribute ${name}`, value]))) }} />
      )}
    </Container>
  );
}

/** group: as it is when editing begins; its version is what may be overwritten. */
function EditGroup({ name, group: given, onClose }: { name: string; group: Group; onClose: () => void }) {
  const [group] = useState(given);
  const [description, setDescription] = useState(group.thingGroupProperties?.thingGroupDescription ?? '');
  const [rows, setRows] = useState(() => rowsOf(group.thingGroupProperties?.attributePayload?.attributes));
  const [tried, setTried] = useState(false);
  const { success } = useNotifications();
  const update = useMutationOf('UpdateThingGroup', () => {
    success(`Thing group ${name} is saved`);
    onClose();
  });
  const errors = formErrors(update.error, ['thingGroupProperties.thingGroupDescription']);
  const conflict = update.error instanceof ApiError && update.error.code === 'VersionConflictException';
  const save = () => {
    setTried(true);
    if (rows.some((row) => attributeFault(row, rows))) return;
    update.mutate({
      thingGroupName: name,
      thingGroupProperties: { thingGroupDescription: description, attributePayload: { attributes: attributesOf(rows) } },
      ...(group.version !== undefined && { expectedVersion: group.version }),
    });
  };
  return (
    <ResourceForm
      submit="Save"
      onSubmit={save}
      onCancel={onClose}
      busy={update.isPending}
      error={conflict ? 'Somebody changed the group in the meantime. Cancel, look at what it says now, and edit it then.' : errors.rest}
    >
      <SpaceBetween size="l">
        <FormField label="Description" errorText={errors.of('thingGroupProperties.thingGroupDescription')}>
          <Textarea value={description} onChange={({ detail }) => setDescription(detail.value)} rows={3} />
        </FormField>
        <AttributesEditor rows={rows} onChange={setRows} tried={tried} what="group" />
      </SpaceBetween>
    </ResourceForm>
  );
}
