import Multiselect from '@cloudscape-design/components/multiselect';
import { useState } from 'react';
import { useOperation } from '../../../api';

/** Things that are offered for what was typed. */
const most = 50;

/** Chooses things out of any number: the server finds them by the beginning of their name. */
export function ChooseThings({ things, onChange }: { things: string[]; onChange: (things: string[]) => void }) {
  const [search, setSearch] = useState('');
  const { data, isFetching, error, refetch } = useOperation('SearchThings', { ...(search && { search }), maxResults: most }, { keep: true });
  const option = (name: string) => ({ value: name, label: name });
  return (
    <Multiselect
      selectedOptions={things.map(option)}
      options={(data?.things ?? []).flatMap(({ thingName, registered }) => (registered ? option(thingName) : []))}
      onChange={({ detail }) => onChange(detail.selectedOptions.flatMap(({ value }) => value ?? []))}
      filteringType="manual"
      onLoadItems={({ detail }) => {
        setSearch(detail.filteringText.slice(0, 128));
        if (error) void refetch();
      }}
      filteringPlaceholder="Beginning of a name"
      filteringAriaLabel="Find things"
      placeholder="Choose things"
      statusType={isFetching ? 'loading' : error ? 'error' : 'finished'}
      loadingText="Finding things"
      errorText="Things cannot be found"
      recoveryText="Try again"
      finishedText={data?.nextToken ? 'Type more to find others' : undefined}
      empty="No registered thing has such a name"
      deselectAriaLabel={({ label }) => `Remove ${label}`}
    />
  );
}
