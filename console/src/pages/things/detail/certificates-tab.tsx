import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useCan, type Output } from '../../../api';
import { Can } from '../../../commons/can';
import { Empty } from '../../../commons/states/empty';
import { ResourceTable, useLocalRows } from '../../../commons/table';
import { AttachCertificate } from './attach-certificate';
import { ChangeCertificate, DetachCertificate } from './change-certificate';
import { certificatesTable, useCertificates } from './certificates';

/** The certificates of a thing. */
export function CertificatesTab({ thing: { thingName, principals } }: { thing: Output<'GetThing'> }) {
  const rows = useLocalRows(certificatesTable, useCertificates(principals));
  const [selectedArn, select] = useState<string>();
  const [open, setOpen] = useState<'attach' | 'detach' | 'change'>();
  const mayDetach = useCan('DetachThingPrincipal');
  const mayChange = useCan('UpdateCertificate');
  const mayList = useCan('ListCertificates');
  const selected = rows.items.find(({ arn }) => arn === selectedArn);
  const close = () => setOpen(undefined);
  const attach = mayList && (
    <Can do="AttachThingPrincipal">
      <Button onClick={() => setOpen('attach')}>Attach certificate</Button>
    </Can>
  );
  return (
    <>
      <ResourceTable
        rows={rows}
        variant="container"
        title="Certificates"
        description="What the device proves its name with"
        {...((mayDetach || mayChange) && { selection: 'single' as const })}
        selected={selected ? [selected] : []}
        onSelect={(items) => select(items[0]?.arn)}
        actions={
          <>
            {mayChange && (
              <Button disabled={!selected?.status} onClick={() => setOpen('change')}>
                {selected?.status && selected.status !== 'ACTIVE' ? 'Activate' : 'Deactivate'}
              </Button>
            )}
            {mayDetach && (
              <Button disabled={!selected} onClick={() => setOpen('detach')}>
                Detach
              </Button>
            )}
            {attach}
          </>
        }
        empty={
          <Empty title="No certificates" action={attach}>
            No certificate is attached to this thing.
          </Empty>
        }
      />
      {open === 'attach' && <AttachCertificate thingName={thingName} except={principals} onClose={close} />}
      {open === 'detach' && selected && <DetachCertificate thingName={thingName} certificate={selected} onClose={close} />}
      {open === 'change' && selected && <ChangeCertificate certificate={selected} onClose={close} />}
    </>
  );
}
