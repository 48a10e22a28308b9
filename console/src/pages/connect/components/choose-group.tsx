import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useAll, useCan } from '../../../api';

/** A thing group to put the thing into; nothing for who may not. */
export function ChooseGroup({ value, existing, onChange }: { value: string; existing: boolean; onChange: (groupName: string) => void }) {
  const mayList = useCan('ListThingGroups');
  const mayAdd = useCan('AddThingToThingGroup');
  const mayLook = useCan('ListThingGroupsForThing');
  const offered = mayList && mayAdd && (!existing || mayLook);
  const groups = useAll('ListThingGroups', {}, { enabled: offered });
  if (!offered) return null;
  const none = { value: '', label: 'None' };
  const options = [none, ...(groups.data ?? []).map(({ groupName = '' }) => ({ value: groupName, label: groupName }))];
  return (
    <FormField label={<>Thing group <i>- optional</i></>} description="Security profiles that are attached to it apply to the thing.">
      <Select
        selectedOption={options.find((option) => option.value === value) ?? none}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
        options={options}
        filteringType="auto"
        filteringAriaLabel="Find thing groups"
        filteringPlaceholder="Find thing groups"
        statusType={groups.isLoading ? 'loading' : groups.error ? 'error' : 'finished'}
        loadingText="Loading thing groups"
        errorText="Thing groups cannot be listed"
        recoveryText="Try again"
        onLoadItems={() => {
          if (groups.error) void groups.refetch();
        }}
      />
    </FormField>
  );
}
