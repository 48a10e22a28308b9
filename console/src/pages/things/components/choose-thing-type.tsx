import Select from '@cloudscape-design/components/select';
import { useAll, useCan } from '../../../api';

const none = { value: '', label: 'None' };

/** Chooses a thing type; empty: none. Deprecated ones are not offered. Belongs into a FormField. */
export function ChooseThingType({ type, onChange }: { type: string; onChange: (type: string) => void }) {
  const types = useAll('ListThingTypes', {}, { enabled: useCan('ListThingTypes') });
  const names = (types.data ?? []).flatMap(({ thingTypeName = '', thingTypeMetadata }) => (thingTypeMetadata?.deprecated ? [] : thingTypeName));
  return (
    <Select
      selectedOption={type ? { value: type, label: type } : none}
      options={[none, ...names.map((name) => ({ value: name, label: name }))]}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      filteringType="auto"
      filteringPlaceholder="Find thing types"
      filteringAriaLabel="Find thing types"
      noMatch="No thing type has this name"
      statusType={types.isLoading ? 'loading' : types.error ? 'error' : 'finished'}
      loadingText="Loading thing types"
      errorText="Thing types cannot be listed"
    />
  );
}
