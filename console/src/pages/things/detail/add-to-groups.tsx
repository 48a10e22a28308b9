import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import { useState } from 'react';
import { messageOf, useAll, useMutationOf } from '../../../api';
import { plural } from '../../../commons/format';
import { ActionDialog } from '../../../commons/form/action-dialog';
import { useNotifications } from '../../../commons/notifications';

/** Chooses groups and puts a thing into them. Render it only while it is open. */
export function AddToGroups({ thingName, except, onClose }: { thingName: string; except: string[]; onClose: () => void }) {
  const groups = useAll('ListThingGroups', {});
  const [chosen, choose] = useState<string[]>([]);
  const { success } = useNotifications();
  const change = useMutationOf('UpdateThingGroupsForThing', () => {
    success(`${thingName} is in ${plural(chosen.length, 'more thing group')}`);
    onClose();
  });
  const option = (name: string) => ({ value: name, label: name });
  return (
    <ActionDialog
      title={`Add ${thingName} to thing groups`}
      action="Add"
      disabled={chosen.length === 0}
      busy={change.isPending}
      error={change.error ? messageOf(change.error) : undefined}
      onConfirm={() => change.mutate({ thingName, thingGroupsToAdd: chosen })}
      onCancel={onClose}
    >
      <FormField label="Thing groups">
        <Multiselect
          selectedOptions={chosen.map(option)}
          options={(groups.data ?? []).flatMap(({ groupName = '' }) => (except.includes(groupName) ? [] : option(groupName)))}
          onChange={({ detail }) => choose(detail.selectedOptions.flatMap(({ value }) => value ?? []))}
          filteringType="auto"
          filteringPlaceholder="Find thing groups"
          filteringAriaLabel="Find thing groups"
          placeholder="Choose thing groups"
          statusType={groups.isLoading ? 'loading' : groups.error ? 'error' : 'finished'}
          loadingText="Loading thing groups"
          errorText="Thing groups cannot be listed"
          empty="No thing groups"
          noMatch="No thing group has this name"
          deselectAriaLabel={({ label }) => `Remove ${label}`}
        />
      </FormField>
    </ActionDialog>
  );
}
