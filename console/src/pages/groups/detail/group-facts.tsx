import Container from '@cloudscape-design/components/container';
import type { Output } from '../../../api';
import { CopyButton } from '../../../commons/copy/copy-button';
import { Facts } from '../../../commons/detail/facts';
import { PageLink } from '../../../commons/link';
import { filterQuery } from '../../../commons/table';
import { At } from '../../../commons/time/ago';

/** What one wants to know of a group at first sight. */
export function GroupFacts({ group: { thingGroupName = '', thingGroupArn = '', thingGroupMetadata: metadata, version } }: { group: Output<'DescribeThingGroup'> }) {
  const parent = metadata?.parentGroupName;
  return (
    <Container>
      <Facts
        of={{
          'Parent group': parent ? <PageLink to={`/groups/${encodeURIComponent(parent)}`}>{parent}</PageLink> : 'None',
          'Active alarms': <PageLink to={`/alarms${filterQuery({ thingGroupName })}`}>Show</PageLink>,
          Created: <At time={metadata?.creationDate} />,
          Version: version,
          ARN: <CopyButton inline text={thingGroupArn} what="ARN" />,
        }}
      />
    </Container>
  );
}
