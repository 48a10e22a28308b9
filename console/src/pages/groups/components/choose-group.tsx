import Select from '@cloudscape-design/components/select';
import { useAll } from '../../../api';

const none = { value: '', label: 'None' };

/** Chooses a thing group; empty: none. Belongs into a FormField. */
export function ChooseGroup({ group, onChange }: { group: string; onChange: (group: string) => void }) {
  const groups = useAll('ListThingGroups', {});
  return (
    <Select
      selectedOption={group ? { value: group, label: group } : none}
      options={[none, ...(groups.data ?? []).map(({ groupName = '' }) => ({ value: groupName, label: groupName }))]}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      filteringType="auto"
      filteringPlaceholder="Find thing groups"
      filteringAriaLabel="Find thing groups"
      noMatch="No thing group has this name"
      statusType={groups.isLoading ? 'loading' : groups.error ? 'error' : 'finished'}
      loadingText="Loading thing groups"
      errorText="Thing groups cannot be listed"
    />
  );
}
