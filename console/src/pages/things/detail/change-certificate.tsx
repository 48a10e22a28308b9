import { messageOf, useMutationOf } from '../../../api';
import { ActionDialog } from '../../../commons/form/action-dialog';
import { useNotifications } from '../../../commons/notifications';
import type { CertificateRow } from './certificates';

/** Asks, and activates or deactivates a certificate. Render it only while it is open. */
export function ChangeCertificate({ certificate: { id, status }, onClose }: { certificate: CertificateRow; onClose: () => void }) {
  const activate = status !== 'ACTIVE';
  const { success } = useNotifications();
  const change = useMutationOf('UpdateCertificate', () => {
    success(`The certificate is ${activate ? 'active' : 'inactive'}`);
    onClose();
  });
  return (
    <ActionDialog
      title={activate ? 'Activate certificate' : 'Deactivate certificate'}
      action={activate ? 'Activate' : 'Deactivate'}
      busy={change.isPending}
      error={change.error ? messageOf(change.error) : undefined}
      onConfirm={() => change.mutate({ certificateId: id, newStatus: activate ? 'ACTIVE' : 'INACTIVE' })}
      onCancel={onClose}
    >
      {activate
        ? 'Devices can connect with it again, as far as its policies allow.'
        : 'Connections that devices hold with it end within a second, and they cannot come back until it is active again.'}{' '}
      <span className="vedette-mono">{id}</span>
    </ActionDialog>
  );
}

/** Asks, and detaches a certificate from a thing. Render it only while it is open. */
export function DetachCertificate({ thingName, certificate: { id, arn }, onClose }: { thingName: string; certificate: CertificateRow; onClose: () => void }) {
  const { success } = useNotifications();
  const change = useMutationOf('DetachThingPrincipal', () => {
    success(`The certificate is detached from ${thingName}`);
    onClose();
  });
  return (
    <ActionDialog
      title="Detach certificate"
      action="Detach"
      busy={change.isPending}
      error={change.error ? messageOf(change.error) : undefined}
      onConfirm={() => change.mutate({ thingName, principal: arn })}
      onCancel={onClose}
    >
      Detach the certificate from {thingName}? The certificate stays as it is, but policies that ask for an attached thing do not let the device act any more. <span className="vedette-mono">{id}</span>
    </ActionDialog>
  );
}
