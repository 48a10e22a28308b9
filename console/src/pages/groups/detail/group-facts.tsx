import Container from '@cloudscape-design/components/container';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useCan, useOperation, type Output } from '../../../api';
import { CopyButton } from '../../../commons/copy/copy-button';
import { Facts } from '../../../commons/detail/facts';
import { PageLink } from '../../../commons/link';
import { filterQuery } from '../../../commons/table';
import { At } from '../../../commons/time/ago';

/** What one wants to know of a group at first sight. */
export function GroupFacts({ group: { thingGroupName = '', thingGroupArn = '', thingGroupMetadata: metadata, version } }: { group: Output<'DescribeThingGroup'> }) {
  const mayAlarms = useCan('SearchViolations');
  const parent = metadata?.parentGroupName;
  return (
    <Container>
      <Facts
        of={{
          'Parent group': parent ? <PageLink to={`/groups/${encodeURIComponent(parent)}`}>{parent}</PageLink> : 'None',
          'Active alarms': mayAlarms ? <ActiveAlarms thingGroupName={thingGroupName} /> : undefined,
          Created: <At time={metadata?.creationDate} />,
          Version: version,
          ARN: <CopyButton inline text={thingGroupArn} what="ARN" />,
        }}
      />
    </Container>
  );
}

/** How many alarms the things of a group have, and of the groups below it. */
function ActiveAlarms({ thingGroupName }: { thingGroupName: string }) {
  const { data, error } = useOperation('SearchViolations', { thingGroupName, state: 'active', maxResults: 1 });
  if (!data) return <>{error ? 'Not known' : '…'}</>;
  if (data.violations.length === 0) return <StatusIndicator type="success">None</StatusIndicator>;
  return (
    <StatusIndicator type="error">
      <PageLink to={`/alarms${filterQuery({ thingGroupName })}`}>{data.total ?? 'Some'}</PageLink>
    </StatusIndicator>
  );
}
