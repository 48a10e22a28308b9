import Autosuggest from '@cloudscape-design/components/autosuggest';
import { useState } from 'react';
import { useCan, useOperation } from '../../../api';

/** The name of a thing that exists, with suggestions while one types: there may be a million. */
export function ChooseThing({ value, onChange }: { value: string; onChange: (thingName: string) => void }) {
  const [search, setSearch] = useState('');
  const things = useOperation('SearchThings', { ...(search && { search }), maxResults: 25 }, { enabled: useCan('SearchThings'), keep: true });
  const found = things.data?.things ?? [];
  return (
    <Autosuggest
      value={value}
      onChange={({ detail }) => onChange(detail.value.trim())}
      onLoadItems={({ detail }) => setSearch(detail.filteringText)}
      filteringType="manual"
      options={found.filter(({ registered }) => registered).map(({ thingName }) => ({ value: thingName }))}
      enteredTextLabel={(text) => `Use "${text}"`}
      placeholder="Find a thing"
      ariaLabel="Name"
      statusType={things.isFetching ? 'loading' : things.error ? 'error' : 'finished'}
      loadingText="Searching things"
      errorText="Things cannot be searched: type the whole name"
      empty="No things"
    />
  );
}
