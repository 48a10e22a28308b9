import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useAll, useCan, useOperation, type Output } from '../../../api';
import { Can } from '../../../commons/can';
import { DetailHeader } from '../../../commons/detail/detail-header';
import { UrlTabs } from '../../../commons/detail/url-tabs';
import { Page } from '../../../commons/layout/page';
import { Answer } from '../../../commons/states/answer';
import { DeleteGroup } from '../components/delete-group';
import { groupsHelp } from '../help';
import { ChildrenTab } from './children-tab';
import { DescriptionTab } from './description-tab';
import { GroupFacts } from './group-facts';
import { MembersTab } from './members-tab';
import { ProfilesTab } from './profiles-tab';

export default function GroupPage() {
  const { name = '' } = useParams();
  const navigate = useNavigate();
  const query = useOperation('DescribeThingGroup', { thingGroupName: name });
  const children = useAll('ListThingGroups', { parentGroup: name, recursive: false }, { enabled: useCan('ListThingGroups') && query.data !== undefined });
  const [deleting, setDeleting] = useState(false);
  const group = query.data;
  const above = group?.thingGroupMetadata?.rootToParentThingGroups ?? [];
  const path = [...above.map(({ groupName = '' }) => ({ text: groupName, to: `/groups/${encodeURIComponent(groupName)}` })), { text: name }];
  const blocked = children.data !== undefined && children.data.length > 0;
  return (
    <Page
      title={name}
      breadcrumbs={[{ text: 'Thing groups', to: '/groups' }, ...path]}
      help={groupsHelp}
      header={
        <DetailHeader
          title={name}
          description={group?.thingGroupProperties?.thingGroupDescription}
          actions={
            group && (
              <Can do="DeleteThingGroup">
                <Button disabled={blocked} disabledReason={blocked ? 'Delete the groups below it first.' : undefined} onClick={() => setDeleting(true)}>
                  Delete
                </Button>
              </Can>
            )
          }
        />
      }
    >
      <Answer query={query} what={`Thing group ${name}`}>
        {(group) => (
          <SpaceBetween size="l">
            <GroupFacts group={group} />
            <GroupTabs key={name} name={name} group={group} below={children.data?.map(({ groupName = '' }) => groupName)} />
          </SpaceBetween>
        )}
      </Answer>
      {deleting && <DeleteGroup name={name} version={group?.version} onDone={() => void navigate('/groups')} onCancel={() => setDeleting(false)} />}
    </Page>
  );
}

/** The tabs for what one may see. */
function GroupTabs({ name, group, below }: { name: string; group: Output<'DescribeThingGroup'>; below: string[] | undefined }) {
  const mayMembers = useCan('SearchThings');
  const mayProfiles = useCan('ListSecurityProfilesForTarget');
  const tabs = [
    mayMembers && { id: 'members', label: 'Things', content: <MembersTab name={name} nested={below !== undefined && below.length > 0} /> },
    below && { id: 'groups', label: `Groups below (${below.length})`, content: <ChildrenTab name={name} below={below} /> },
    mayProfiles && { id: 'profiles', label: 'Security profiles', content: <ProfilesTab name={name} arn={group.thingGroupArn ?? ''} /> },
    { id: 'description', label: 'Description and attributes', content: <DescriptionTab name={name} group={group} /> },
  ];
  return <UrlTabs label={`Parts of thing group ${name}`} tabs={tabs.filter((tab) => tab !== false && tab !== undefined)} />;
}
