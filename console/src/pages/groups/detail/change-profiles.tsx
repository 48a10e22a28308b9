import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import { useState } from 'react';
import { useAll, useMutationOf } from '../../../api';
import { plural } from '../../../commons/format';
import { ActionDialog } from '../../../commons/form/action-dialog';
import { useNotifications } from '../../../commons/notifications';
import { useOneByOne } from './one-by-one';

/** Chooses security profiles and attaches them to a group. Render it only while it is open. */
export function AttachProfiles({ group, arn, except, onClose }: { group: string; arn: string; except: string[]; onClose: () => void }) {
  const profiles = useAll('ListSecurityProfiles', {});
  const [chosen, choose] = useState<string[]>([]);
  const { success } = useNotifications();
  const attaching = useMutationOf('AttachSecurityProfile');
  const { run, busy, error } = useOneByOne((securityProfileName) => attaching.mutateAsync({ securityProfileName, securityProfileTargetArn: arn }));
  const attach = async () => {
    const failed = await run(chosen);
    if (failed.length > 0) return choose(failed);
    success(`${plural(chosen.length, 'security profile')} attached to ${group}`);
    onClose();
  };
  const option = (name: string) => ({ value: name, label: name });
  return (
    <ActionDialog title={`Attach security profiles to ${group}`} action="Attach" disabled={chosen.length === 0} busy={busy} error={error} onConfirm={() => void attach()} onCancel={onClose}>
      <FormField label="Security profiles" description="They judge the things of this group and of the groups below it.">
        <Multiselect
          selectedOptions={chosen.map(option)}
          options={(profiles.data ?? []).flatMap(({ name }) => (except.includes(name) ? [] : option(name)))}
          onChange={({ detail }) => choose(detail.selectedOptions.flatMap(({ value }) => value ?? []))}
          filteringType="auto"
          filteringPlaceholder="Find security profiles"
          filteringAriaLabel="Find security profiles"
          placeholder="Choose security profiles"
          statusType={profiles.isLoading ? 'loading' : profiles.error ? 'error' : 'finished'}
          loadingText="Loading security profiles"
          errorText="Security profiles cannot be listed"
          empty="No security profiles"
          noMatch="No security profile has this name"
          deselectAriaLabel={({ label }) => `Remove ${label}`}
        />
      </FormField>
    </ActionDialog>
  );
}

/** Asks, and detaches security profiles from a group. Render it only while it is open. */
export function DetachProfiles({ group, arn, profiles, onClose }: { group: string; arn: string; profiles: string[]; onClose: () => void }) {
  const { success } = useNotifications();
  const detaching = useMutationOf('DetachSecurityProfile');
  const { run, busy, error } = useOneByOne((securityProfileName) => detaching.mutateAsync({ securityProfileName, securityProfileTargetArn: arn }));
  const detach = async () => {
    if ((await run(profiles)).length > 0) return;
    success(`${plural(profiles.length, 'security profile')} detached from ${group}`);
    onClose();
  };
  return (
    <ActionDialog title="Detach security profiles" action="Detach" busy={busy} error={error} onConfirm={() => void detach()} onCancel={onClose}>
      Detach {profiles.join(', ')} from {group}? Their alarms of things that no other target covers end as invalidated.
    </ActionDialog>
  );
}
