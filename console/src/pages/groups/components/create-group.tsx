import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useMutationOf } from '../../../api';
import { ActionDialog } from '../../../commons/form/action-dialog';
import { attributeFault, attributesOf, type AttributeRow } from '../../../commons/form/attributes';
import { AttributesEditor } from '../../../commons/form/attributes-editor';
import { formErrors } from '../../../commons/form/errors';
import { nameFault } from '../../../commons/form/name';
import { useNotifications } from '../../../commons/notifications';
import { ChooseGroup } from './choose-group';

interface CreateGroupProps {
  /** The group that it is to be below; empty: none. */
  parent: string;
  onDone: (name: string) => void;
  onCancel: () => void;
}

/** Makes a thing group. Render it only while it is open. */
export function CreateGroup({ parent: given, onDone, onCancel }: CreateGroupProps) {
  const { success } = useNotifications();
  const [name, setName] = useState('');
  const [parent, setParent] = useState(given);
  const [description, setDescription] = useState('');
  const [rows, setRows] = useState<AttributeRow[]>([]);
  const [tried, setTried] = useState(false);
  const creation = useMutationOf('CreateThingGroup', (_, { thingGroupName }) => {
    success(`Thing group ${thingGroupName} is created`);
    onDone(thingGroupName);
  });
  const errors = formErrors(creation.error, ['thingGroupName', 'parentGroupName', 'thingGroupProperties.thingGroupDescription']);
  const submit = () => {
    setTried(true);
    if (nameFault(name) || rows.some((row) => attributeFault(row, rows))) return;
    const properties = { ...(description && { thingGroupDescription: description }), ...(rows.length > 0 && { attributePayload: { attributes: attributesOf(rows) } }) };
    creation.mutate({ thingGroupName: name, ...(parent && { parentGroupName: parent }), ...(Object.keys(properties).length > 0 && { thingGroupProperties: properties }) });
  };
  return (
    <ActionDialog title="Create thing group" action="Create thing group" busy={creation.isPending} error={errors.rest} onConfirm={submit} onCancel={onCancel}>
      <SpaceBetween size="l">
        <FormField label="Name" constraintText="Letters, digits, colon, underscore and hyphen; at most 128. It cannot be changed later." errorText={(tried && nameFault(name)) || errors.of('thingGroupName')}>
          <Input value={name} onChange={({ detail }) => setName(detail.value)} autoFocus autoComplete={false} />
        </FormField>
        <FormField label="Parent group (optional)" description="What is attached to it applies here too. It cannot be changed later." errorText={errors.of('parentGroupName')}>
          <ChooseGroup group={parent} onChange={setParent} />
        </FormField>
        <FormField label="Description (optional)" errorText={errors.of('thingGroupProperties.thingGroupDescription')}>
          <Textarea value={description} onChange={({ detail }) => setDescription(detail.value)} rows={2} />
        </FormField>
        <AttributesEditor rows={rows} onChange={setRows} tried={tried} what="group" />
      </SpaceBetween>
    </ActionDialog>
  );
}
