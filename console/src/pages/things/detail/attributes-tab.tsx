import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useMutationOf, useOperation, type Output } from '../../../api';
import { Can } from '../../../commons/can';
import { Facts } from '../../../commons/detail/facts';
import { attributeFault, attributesOf, rowsOf } from '../../../commons/form/attributes';
import { AttributesEditor } from '../../../commons/form/attributes-editor';
import { formErrors } from '../../../commons/form/errors';
import { ResourceForm } from '../../../commons/form/resource-form';
import { useNotifications } from '../../../commons/notifications';
import { Answer } from '../../../commons/states/answer';
import { ChooseThingType } from '../components/choose-thing-type';

type Registered = Output<'DescribeThing'>;

/** Attributes and type of a registered thing, and a way to change them. */
export function AttributesTab({ thing: { thingName } }: { thing: Output<'GetThing'> }) {
  const query = useOperation('DescribeThing', { thingName });
  const [editing, setEditing] = useState(false);
  const edit = !editing && (
    <Can do="UpdateThing">
      <Button onClick={() => setEditing(true)}>Edit</Button>
    </Can>
  );
  return (
    <Container header={<Header variant="h2" actions={edit}>Attributes and type</Header>}>
      <Answer query={query} what="Attributes and type">
        {(thing) =>
          editing ? (
            <EditThing thing={thing} thingName={thingName} onClose={() => setEditing(false)} />
          ) : (
            <Facts of={{ 'Thing type': thing.thingTypeName ?? '–', Version: thing.version, 'Thing ID': <span className="vedette-mono">{thing.thingId}</span>, ...attributeFacts(thing) }} />
          )
        }
      </Answer>
    </Container>
  );
}

function attributeFacts({ attributes = {} }: Registered): Record<string, string> {
  const entries = Object.entries(attributes);
  return entries.length === 0 ? { Attributes: 'None' } : Object.fromEntries(entries.map(([name, value]) => [`Attribute ${name}`, value]));
}

function EditThing({ thing, thingName, onClose }: { thing: Registered; thingName: string; onClose: () => void }) {
  const [type, setType] = useState(thing.thingTypeName ?? '');
  const [rows, setRows] = useState(() => rowsOf(thing.attributes));
  const [version] = useState(thing.version);
  const [tried, setTried] = useState(false);
  const { success } = useNotifications();
  const update = useMutationOf('UpdateThing', () => {
    success(`Thing ${thingName} is saved`);
    onClose();
  });
  const errors = formErrors(update.error, ['thingTypeName']);
  const save = () => {
    setTried(true);
    if (rows.some((row) => attributeFault(row, rows))) return;
    update.mutate({
      thingName,
      attributePayload: { attributes: attributesOf(rows) },
      ...(type ? { thingTypeName: type } : thing.thingTypeName && { removeThingType: true }),
      ...(version !== undefined && { expectedVersion: version }),
    });
  };
  return (
    <ResourceForm submit="Save" onSubmit={save} onCancel={onClose} busy={update.isPending} error={errors.rest}>
      <SpaceBetween size="l">
        <FormField label="Thing type" errorText={errors.of('thingTypeName')}>
          <ChooseThingType type={type} onChange={setType} />
        </FormField>
        <AttributesEditor rows={rows} onChange={setRows} tried={tried} what="thing" />
      </SpaceBetween>
    </ResourceForm>
  );
}
