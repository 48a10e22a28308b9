import Multiselect, { type MultiselectProps } from '@cloudscape-design/components/multiselect';
import { useAll, useCan } from '../../../api';
import { targetHelp, targetOfGroup, targetTitle, wholeFleets } from '../model/target';

export interface ChooseTargetsProps {
  /** See model/target.ts. */
  targets: string[];
  onChange: (targets: string[]) => void;
  /** Not offered: attached already. */
  except?: string[];
}

/** Chooses whole fleets and thing groups. Belongs into a FormField. */
export function ChooseTargets({ targets, onChange, except = [] }: ChooseTargetsProps) {
  const mayList = useCan('ListThingGroups');
  const groups = useAll('ListThingGroups', {}, { enabled: mayList });
  const offer = (names: readonly string[]) => names.filter((target) => !except.includes(target)).map(optionOf);
  const known = (groups.data ?? []).map(({ groupName = '' }) => targetOfGroup(groupName));
  const options: MultiselectProps.OptionGroup[] = [
    { label: 'Fleet', options: offer(wholeFleets) },
    { label: 'Thing groups', options: offer(known) },
  ];
  return (
    <Multiselect
      selectedOptions={targets.map(optionOf)}
      options={options.filter(({ options }) => options.length > 0)}
      onChange={({ detail }) => onChange(detail.selectedOptions.flatMap(({ value }) => value ?? []))}
      filteringType="auto"
      filteringPlaceholder="Find targets"
      filteringAriaLabel="Find targets"
      placeholder="Choose things"
      statusType={groups.isLoading ? 'loading' : groups.error ? 'error' : 'finished'}
      loadingText="Loading thing groups"
      errorText="Thing groups cannot be listed"
      recoveryText="Try again"
      onLoadItems={() => {
        if (groups.error) void groups.refetch();
      }}
      empty="No targets"
      noMatch="No target has this name"
      deselectAriaLabel={({ label }) => `Remove ${label}`}
    />
  );
}

function optionOf(target: string): MultiselectProps.Option {
  return { value: target, label: targetTitle(target), description: targetHelp(target) };
}
