import Header from '@cloudscape-design/components/header';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';
import { call, useCan } from '../../../api';
import { Page } from '../../../commons/layout/page';
import { Answer } from '../../../commons/states/answer';
import { Empty } from '../../../commons/states/empty';
import { behaviorsHelp } from '../help';
import { formOfProfile } from '../model/profile-form';
import { targetOfArn } from '../model/target';
import { useDone } from './done';
import { ProfileWizard } from './profile-wizard';
import type { Existing } from './steps';

export default function EditProfilePage() {
  const { name = '' } = useParams();
  const may = useCan('UpdateSecurityProfile');
  const path = `/profiles/${encodeURIComponent(name)}`;
  return (
    <Page
      title={`Edit ${name}`}
      type="wizard"
      breadcrumbs={[{ text: 'Security profiles', to: '/profiles' }, { text: name, to: path }, { text: 'Edit' }]}
      help={behaviorsHelp}
      header={<Header variant="h1">Edit {name}</Header>}
    >
      {may ? <EditProfile name={name} path={path} /> : <Empty title="This access key may not change security profiles">Its policy does not allow iot:UpdateSecurityProfile.</Empty>}
    </Page>
  );
}

function EditProfile({ name, path }: { name: string; path: string }) {
  const navigate = useNavigate();
  const done = useDone('saved');
  const query = useExisting(name);
  return (
    <Answer query={query} what={`Security profile ${name}`}>
      {(existing) => (
        <ProfileWizard
          key={query.dataUpdatedAt}
          existing={existing}
          initial={formOfProfile(existing.profile, existing.targets, existing.tags)}
          onDone={done}
          onCancel={() => void navigate(path)}
          onReload={() => void query.refetch()}
        />
      )}
    </Answer>
  );
}

/** Reads what is edited once: what one types is not replaced when somebody else saves. */
function useExisting(name: string) {
  const mayTargets = useCan('ListTargetsForSecurityProfile');
  const mayTags = useCan('ListTagsForResource');
  return useQuery<Existing, Error>({
    queryKey: ['profile to edit', name],
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    queryFn: async ({ signal }) => {
      const profile = await call('DescribeSecurityProfile', { securityProfileName: name }, { signal });
      return { profile, targets: mayTargets ? await targetsOf(name, signal) : [], tags: mayTags ? await tagsOf(profile.securityProfileArn ?? '', signal) : [] };
    },
  });
}

async function targetsOf(securityProfileName: string, signal: AbortSignal): Promise<string[]> {
  const targets: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await call('ListTargetsForSecurityProfile', { securityProfileName, ...(nextToken && { nextToken }) }, { signal });
    targets.push(...(page.securityProfileTargets ?? []).map(({ arn }) => targetOfArn(arn)));
    nextToken = page.nextToken;
  } while (nextToken);
  return targets;
}

async function tagsOf(resourceArn: string, signal: AbortSignal): Promise<Existing['tags']> {
  const { tags = [] } = await call('ListTagsForResource', { resourceArn }, { signal });
  return tags;
}
