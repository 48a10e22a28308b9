import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useMutationOf } from '../../../api';
import { ActionDialog } from '../../../commons/form/action-dialog';
import { AttributesEditor } from '../../../commons/form/attributes-editor';
import { attributesOf, attributeFault, type AttributeRow } from '../../../commons/form/attributes';
import { formErrors } from '../../../commons/form/errors';
import { nameFault } from '../../../commons/form/name';
import { useNotifications } from '../../../commons/notifications';
import { ChooseThingType } from './choose-thing-type';

interface CreateThingProps {
  /** The name of a thing that is known but not registered; absent: it is asked for. */
  thingName?: string;
  onClose: () => void;
}

/** Registers a thing and leads to it. Render it only while it is open. */
export function CreateThing({ thingName, onClose }: CreateThingProps) {
  const navigate = useNavigate();
  const { success } = useNotifications();
  const [name, setName] = useState(thingName ?? '');
  const [type, setType] = useState('');
  const [rows, setRows] = useState<AttributeRow[]>([]);
  const [tried, setTried] = useState(false);
  const creation = useMutationOf('CreateThing', (_, { thingName }) => {
    success(`Thing ${thingName} is registered`);
    onClose();
    void navigate(`/things/${encodeURIComponent(thingName)}`);
  });
  const errors = formErrors(creation.error, ['thingName', 'thingTypeName']);
  const fault = tried ? nameFault(name) : undefined;
  const submit = () => {
    setTried(true);
    if (nameFault(name) || rows.some((row) => attributeFault(row, rows))) return;
    creation.mutate({ thingName: name, ...(type && { thingTypeName: type }), ...(rows.length > 0 && { attributePayload: { attributes: attributesOf(rows) } }) });
  };
  return (
    <ActionDialog
      title={thingName ? `Register thing ${thingName}` : 'Create thing'}
      action={thingName ? 'Register' : 'Create thing'}
      busy={creation.isPending}
      error={errors.rest}
      onConfirm={submit}
      onCancel={onClose}
    >
      <SpaceBetween size="l">
        {!thingName && (
          <FormField label="Name" description="Also the client id that the device connects with." constraintText="Letters, digits, colon, underscore and hyphen; at most 128. It cannot be changed later." errorText={fault ?? errors.of('thingName')}>
            <Input value={name} onChange={({ detail }) => setName(detail.value)} autoFocus autoComplete={false} />
          </FormField>
        )}
        <FormField label="Thing type (optional)" errorText={errors.of('thingTypeName')}>
          <ChooseThingType type={type} onChange={setType} />
        </FormField>
        <AttributesEditor rows={rows} onChange={setRows} tried={tried} what="thing" />
      </SpaceBetween>
    </ActionDialog>
  );
}
