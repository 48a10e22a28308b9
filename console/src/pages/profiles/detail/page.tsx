import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useCan, useOperation } from '../../../api';
import { Can } from '../../../commons/can';
import { DetailHeader } from '../../../commons/detail/detail-header';
import { UrlTabs } from '../../../commons/detail/url-tabs';
import { Page } from '../../../commons/layout/page';
import { LinkButton } from '../../../commons/link-button';
import { Answer } from '../../../commons/states/answer';
import { TagsPanel } from '../../../commons/tags/tags-panel';
import { DeleteProfile } from '../components/delete-profile';
import { behaviorsHelp } from '../help';
import { useAlarmCounts } from '../hooks';
import { retainedOf, type Profile } from '../model/profile';
import { AlarmsTab } from './components/alarms-tab';
import { BehaviorsTab } from './components/behaviors-tab';
import { ExportTab } from './components/export-tab';
import { JsonTab } from './components/json-tab';
import { ProfileFacts } from './components/profile-facts';
import { RetainedTab } from './components/retained-tab';
import { TargetsTab } from './components/targets-tab';

export default function ProfilePage() {
  const { name = '' } = useParams();
  const query = useOperation('DescribeSecurityProfile', { securityProfileName: name });
  const [deleting, setDeleting] = useState(false);
  const alarms = useAlarmCounts()?.(name);
  const navigate = useNavigate();
  const path = `/profiles/${encodeURIComponent(name)}`;
  return (
    <Page
      title={name}
      breadcrumbs={[{ text: 'Security profiles', to: '/profiles' }, { text: name }]}
      help={behaviorsHelp}
      header={
        <DetailHeader
          title={name}
          description={query.data?.securityProfileDescription}
          actions={
            query.data && (
              <>
                <Can do="DeleteSecurityProfile">
                  <Button onClick={() => setDeleting(true)}>Delete</Button>
                </Can>
                <Can do="UpdateSecurityProfile">
                  <LinkButton to={`${path}/edit`}>Edit</LinkButton>
                </Can>
              </>
            )
          }
        />
      }
    >
      <Answer query={query} what={`Security profile ${name}`}>
        {(profile) => (
          <SpaceBetween size="l">
            <ProfileFacts profile={profile} alarms={alarms} />
            <ProfileTabs name={name} profile={profile} />
          </SpaceBetween>
        )}
      </Answer>
      {deleting && (
        <DeleteProfile name={name} version={query.data?.version} alarms={alarms} onDone={() => void navigate('/profiles')} onCancel={() => setDeleting(false)} />
      )}
    </Page>
  );
}

/** The tabs for what one may see. */
function ProfileTabs({ name, profile }: { name: string; profile: Profile }) {
  const mayAlarms = useCan('SearchViolations');
  const mayTargets = useCan('ListTargetsForSecurityProfile');
  const mayTags = useCan('ListTagsForResource');
  const tabs = [
    { id: 'behaviors', label: `Behaviors (${profile.behaviors?.length ?? 0})`, content: <BehaviorsTab name={name} profile={profile} /> },
    mayAlarms && { id: 'alarms', label: 'Alarms', content: <AlarmsTab name={name} /> },
    mayTargets && { id: 'targets', label: 'Targets', content: <TargetsTab name={name} arn={profile.securityProfileArn ?? ''} /> },
    { id: 'retained', label: `Metrics retained (${retainedOf(profile).length})`, content: <RetainedTab profile={profile} /> },
    { id: 'export', label: 'Metrics export', content: <ExportTab profile={profile} /> },
    mayTags && { id: 'tags', label: 'Tags', content: <TagsPanel arn={profile.securityProfileArn ?? ''}>Tags say whose a profile is, and policies can ask for them.</TagsPanel> },
    { id: 'json', label: 'JSON', content: <JsonTab name={name} profile={profile} /> },
  ];
  return <UrlTabs label={`Parts of security profile ${name}`} tabs={tabs.filter((tab) => tab !== false)} />;
}
