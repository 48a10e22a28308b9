import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { messageOf, useOperation, type FilterMatch } from '../../../api';
import { topicFault, usable } from '../filter';

export interface MatchResultProps {
  sample: { topic: string; clientId: string; thingName: string };
  filters: string[];
  saved: string | undefined;
}

/** What comes of a topic: by filter, and for both operators. */
export function MatchResult({ sample: { topic, clientId, thingName }, filters, saved }: MatchResultProps) {
  const tried = usable(filters);
  const enabled = topic !== '' && topicFault(topic) === undefined && (saved !== undefined || tried.length > 0);
  const query = useOperation(
    'MatchDimension',
    { topic, ...(saved === undefined ? { stringValues: tried } : { dimensionName: saved }), ...(clientId && { clientId }), ...(thingName && { thingName }) },
    { enabled, keep: true },
  );
  if (tried.length === 0 && saved === undefined) return <Box color="text-body-secondary">Type a topic filter to try.</Box>;
  if (topicFault(topic)) return null;
  if (topic === '') return <Box color="text-body-secondary">Type a topic that a device publishes on.</Box>;
  if (query.error) return <StatusIndicator type="error">{messageOf(query.error)}</StatusIndicator>;
  if (!query.data) return <StatusIndicator type="loading">Trying the topic</StatusIndicator>;
  const { matches, filters: results } = query.data;
  return (
    <SpaceBetween size="s">
      <div aria-live="polite">
        <StatusIndicator type={matches ? 'success' : 'stopped'}>
          {matches ? 'In the dimension: counted by "in", left out by "not in"' : 'Not in the dimension: left out by "in", counted by "not in"'}
        </StatusIndicator>
      </div>
      <Table variant="borderless" items={results} columnDefinitions={columns} ariaLabels={{ tableLabel: 'Filters that match' }} wrapLines />
    </SpaceBetween>
  );
}

const columns = [
  { id: 'filter', header: 'Topic filter', cell: ({ filter }: FilterMatch) => <span className="vedette-mono">{filter}</span>, isRowHeader: true },
  { id: 'expanded', header: 'Stands for', cell: ({ filter, expanded }: FilterMatch) => <Expanded filter={filter} expanded={expanded} /> },
  { id: 'matches', header: 'Result', cell: ({ matches }: FilterMatch) => (matches ? <StatusIndicator type="success">Matches</StatusIndicator> : <StatusIndicator type="stopped">Does not match</StatusIndicator>) },
];

function Expanded({ filter, expanded }: { filter: string; expanded: string | undefined }) {
  if (expanded === undefined) return <>nothing: a variable has no value</>;
  return expanded === filter ? <>the same</> : <span className="vedette-mono">{expanded}</span>;
}
