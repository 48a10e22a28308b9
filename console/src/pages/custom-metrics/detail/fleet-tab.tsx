import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useAll, useCan, useOperation } from '../../../api';
import { Actions } from '../../../commons/actions';
import { Answer } from '../../../commons/states/answer';
import { Empty } from '../../../commons/states/empty';
import { day, hour } from '../../../commons/time/range';
import { Distribution } from './distribution';

const spans = [
  { value: String(hour), label: 'Last hour' },
  { value: String(6 * hour), label: 'Last 6 hours' },
  { value: String(day), label: 'Last day' },
  { value: String(7 * day), label: 'Last 7 days' },
  { value: String(14 * day), label: 'Last 14 days' },
];
const everything = { value: '', label: 'All things' };

/** How the values of a fleet are spread: of all things or a group, in some time until now. */
export function FleetTab({ name, used }: { name: string; used: boolean }) {
  const [search, setSearch] = useSearchParams();
  const span = spans.find(({ value }) => value === search.get('span')) ?? spans[2]!;
  const group = search.get('group') ?? '';
  const mayGroups = useCan('ListThingGroups');
  const groups = useAll('ListThingGroups', {}, { enabled: mayGroups });
  // All values are read for an answer: "now" stays until one chooses anew.
  const startTime = useMemo(() => Math.ceil(Date.now() / 60_000) * 60 - Number(span.value), [span.value]);
  const query = useOperation('GetDistribution', { metricName: name, startTime, ...(group && { thingGroupName: group }) }, { keep: true });
  const choose = (key: string, value: string) =>
    setSearch(
      (search) => {
        const next = new URLSearchParams(search);
        if (value) next.set(key, value);
        else next.delete(key);
        return next;
      },
      { replace: true },
    );
  const options = [everything, ...(groups.data ?? []).map(({ groupName = '' }) => ({ value: groupName, label: groupName }))];
  return (
    <Container header={<Header variant="h2" description="What is kept of all that things have reported">Values of the fleet</Header>}>
      <SpaceBetween size="l">
        <Actions>
          <FormField label="Time">
            <Select selectedOption={span} options={spans} onChange={({ detail }) => choose('span', detail.selectedOption.value ?? '')} />
          </FormField>
          {mayGroups && (
            <FormField label="Things">
              <Select
                selectedOption={options.find(({ value }) => value === group) ?? { value: group, label: group }}
                options={options}
                filteringType={options.length > 10 ? 'auto' : 'none'}
                statusType={groups.isLoading ? 'loading' : 'finished'}
                expandToViewport
                onChange={({ detail }) => choose('group', detail.selectedOption.value ?? '')}
              />
            </FormField>
          )}
        </Actions>
        <Answer query={query} what="The fleet's values">
          {(distribution) => (distribution.datapoints > 0 ? <Distribution of={distribution} name={name} /> : <NoValues used={used} />)}
        </Answer>
      </SpaceBetween>
    </Container>
  );
}

function NoValues({ used }: { used: boolean }) {
  if (!used) return <Empty title="No values are kept">Values are kept of metrics that a security profile judges or retains, and none does so with this one.</Empty>;
  return <Empty title="No values in this time">No thing has reported it. See the sample report for how devices send it.</Empty>;
}
