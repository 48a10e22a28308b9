import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { messageOf, useAll, useMutationOf } from '../../../api';
import { ActionDialog } from '../../../commons/form/action-dialog';
import { formatTime } from '../../../commons/format';
import { sentence } from '../../../commons/names';
import { useNotifications } from '../../../commons/notifications';

/** Chooses a certificate and attaches it to a thing. Render it only while it is open. */
export function AttachCertificate({ thingName, except, onClose }: { thingName: string; except: string[]; onClose: () => void }) {
  const certificates = useAll('ListCertificates', {});
  const [arn, setArn] = useState('');
  const { success } = useNotifications();
  const change = useMutationOf('AttachThingPrincipal', () => {
    success(`The certificate is attached to ${thingName}`);
    onClose();
  });
  const options = (certificates.data ?? [])
    .filter(({ certificateArn = '' }) => !except.includes(certificateArn))
    .map(({ certificateArn = '', certificateId, status, creationDate }) => ({
      value: certificateArn,
      label: certificateId ?? certificateArn,
      description: `${sentence(status ?? 'unknown')}${creationDate === undefined ? '' : `, made ${formatTime(creationDate)}`}`,
    }));
  return (
    <ActionDialog
      title={`Attach a certificate to ${thingName}`}
      action="Attach"
      disabled={arn === ''}
      busy={change.isPending}
      error={change.error ? messageOf(change.error) : undefined}
      onConfirm={() => change.mutate({ thingName, principal: arn })}
      onCancel={onClose}
    >
      <FormField label="Certificate" description="A new certificate is made with Connect a device.">
        <Select
          selectedOption={options.find(({ value }) => value === arn) ?? null}
          options={options}
          onChange={({ detail }) => setArn(detail.selectedOption.value ?? '')}
          filteringType="auto"
          filteringPlaceholder="Find certificates"
          filteringAriaLabel="Find certificates"
          placeholder="Choose a certificate"
          statusType={certificates.isLoading ? 'loading' : certificates.error ? 'error' : 'finished'}
          loadingText="Loading certificates"
          errorText="Certificates cannot be listed"
          empty="No other certificates"
          noMatch="No certificate has this ID"
        />
      </FormField>
    </ActionDialog>
  );
}
