import Button from '@cloudscape-design/components/button';
import { useMemo, useState } from 'react';
import { useAll, useCan } from '../../../api';
import { Can } from '../../../commons/can';
import { Empty } from '../../../commons/states/empty';
import { ResourceTable, useLocalRows } from '../../../commons/table';
import { AttachProfiles, DetachProfiles } from './change-profiles';
import { attachedOf, profilesTable } from './profiles-table';

/** The security profiles of a group, and those of the groups above it. */
export function ProfilesTab({ name, arn }: { name: string; arn: string }) {
  const query = useAll('ListSecurityProfilesForTarget', { securityProfileTargetArn: arn, recursive: true });
  const data = useMemo(() => query.data?.flatMap((mapping) => attachedOf(mapping)), [query.data]);
  const config = useMemo(() => profilesTable(name), [name]);
  const rows = useLocalRows(config, { ...query, data });
  const [selected, select] = useState<string[]>([]);
  const [open, setOpen] = useState<'attach' | 'detach'>();
  const mayDetach = useCan('DetachSecurityProfile');
  const mayList = useCan('ListSecurityProfiles');
  const own = (data ?? []).filter(({ target }) => target === arn);
  const chosen = own.filter(({ profile }) => selected.includes(profile));
  const close = () => {
    setOpen(undefined);
    select([]);
  };
  const attach = mayList && (
    <Can do="AttachSecurityProfile">
      <Button onClick={() => setOpen('attach')}>Attach security profiles</Button>
    </Can>
  );
  return (
    <>
      <ResourceTable
        rows={rows}
        variant="container"
        title="Security profiles"
        description="Attached to this group, or to a group above it"
        {...(mayDetach && { selection: 'multi' as const })}
        selected={chosen}
        onSelect={(items) => select(items.filter(({ target }) => target === arn).map(({ profile }) => profile))}
        actions={
          <>
            {mayDetach && (
              <Button disabled={chosen.length === 0} onClick={() => setOpen('detach')}>
                Detach
              </Button>
            )}
            {attach}
          </>
        }
        empty={
          <Empty title="No security profiles" action={attach}>
            Attach a security profile to have it judge the things of this group. Profiles for all things apply without being attached here.
          </Empty>
        }
      />
      {open === 'attach' && <AttachProfiles group={name} arn={arn} except={own.map(({ profile }) => profile)} onClose={close} />}
      {open === 'detach' && <DetachProfiles group={name} arn={arn} profiles={chosen.map(({ profile }) => profile)} onClose={close} />}
    </>
  );
}
