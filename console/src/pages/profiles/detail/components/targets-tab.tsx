import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo, useState } from 'react';
import { useAll, useCan } from '../../../../api';
import { Can } from '../../../../commons/can';
import { Empty } from '../../../../commons/states/empty';
import { ResourceTable, useLocalRows } from '../../../../commons/table';
import { targetOfArn } from '../../model/target';
import { targetsTable } from '../targets-table';
import { AttachTargets } from './attach-targets';
import { DetachTargets } from './detach-targets';

/** The things that the profile is about. */
export function TargetsTab({ name, arn }: { name: string; arn: string }) {
  const query = useAll('ListTargetsForSecurityProfile', { securityProfileName: name });
  const data = useMemo(() => query.data?.map((target) => targetOfArn(target.arn)), [query.data]);
  const rows = useLocalRows(targetsTable, { ...query, data });
  const [selected, select] = useState<string[]>([]);
  const [open, setOpen] = useState<'attach' | 'detach'>();
  const mayDetach = useCan('DetachSecurityProfile');
  const close = () => {
    setOpen(undefined);
    select([]);
  };
  const chosen = selected.filter((target) => data?.includes(target));
  const attach = (
    <Can do="AttachSecurityProfile">
      <Button onClick={() => setOpen('attach')}>Attach targets</Button>
    </Can>
  );
  return (
    <>
      <ResourceTable
        rows={rows}
        variant="container"
        title="Targets"
        description="The profile judges the things of these"
        {...(mayDetach && { selection: 'multi' as const })}
        selected={chosen}
        onSelect={select}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {mayDetach && (
              <Button disabled={chosen.length === 0} onClick={() => setOpen('detach')}>
                Detach
              </Button>
            )}
            {attach}
          </SpaceBetween>
        }
        empty={
          <Empty title="No targets" action={attach}>
            The profile is attached to nothing: it judges no thing and retains no value.
          </Empty>
        }
      />
      {open === 'attach' && <AttachTargets name={name} profileArn={arn} attached={data ?? []} onClose={close} />}
      {open === 'detach' && <DetachTargets name={name} profileArn={arn} targets={chosen} onClose={close} />}
    </>
  );
}
