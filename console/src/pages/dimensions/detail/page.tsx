import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useCan, useOperation } from '../../../api';
import { Can } from '../../../commons/can';
import { DetailHeader } from '../../../commons/detail/detail-header';
import { Page } from '../../../commons/layout/page';
import { LinkButton } from '../../../commons/link-button';
import { Answer } from '../../../commons/states/answer';
import { Empty } from '../../../commons/states/empty';
import { TagsPanel } from '../../../commons/tags/tags-panel';
import { useUserNames } from '../../../commons/used-by/hooks';
import { UsedBy } from '../../../commons/used-by/used-by';
import { DeleteDimension } from '../components/delete-dimension';
import { TopicTester } from '../components/topic-tester';
import { dimensionsHelp } from '../help';
import { DimensionFacts } from './dimension-facts';

export default function DimensionPage() {
  const { name = '' } = useParams();
  const navigate = useNavigate();
  const query = useOperation('DescribeDimension', { name });
  const [users] = useUserNames([{ dimensionName: name }]);
  const [deleting, setDeleting] = useState(false);
  const mayTags = useCan('ListTagsForResource');
  const mayProfiles = useCan('ListSecurityProfiles');
  const mayTry = useCan('MatchDimension');
  const actions = query.data && (
    <>
      <Can do="DeleteDimension">
        <Button onClick={() => setDeleting(true)}>Delete</Button>
      </Can>
      <Can do="UpdateDimension">
        <LinkButton to={`/dimensions/${encodeURIComponent(name)}/edit`}>Edit</LinkButton>
      </Can>
    </>
  );
  return (
    <Page title={name} breadcrumbs={[{ text: 'Dimensions', to: '/dimensions' }, { text: name }]} help={dimensionsHelp} header={<DetailHeader title={name} actions={actions} />}>
      <Answer query={query} what={`Dimension ${name}`}>
        {(dimension) => (
          <SpaceBetween size="l">
            <DimensionFacts dimension={dimension} />
            {mayTry && <TopicTester filters={dimension.stringValues ?? []} saved={name} />}
            {mayProfiles && (
              <UsedBy
                used={{ dimensionName: name }}
                empty={<Empty title="No security profile uses it">Choose it in a behavior on a cloud-side metric, as messages sent.</Empty>}
              />
            )}
            {mayTags && <TagsPanel arn={dimension.arn ?? ''}>Tags say whose a dimension is, and policies can ask for them.</TagsPanel>}
          </SpaceBetween>
        )}
      </Answer>
      {deleting && <DeleteDimension name={name} users={users} onDone={() => void navigate('/dimensions')} onCancel={() => setDeleting(false)} />}
    </Page>
  );
}
