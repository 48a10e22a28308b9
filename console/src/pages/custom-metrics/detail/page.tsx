import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useCan, useOperation, type DescribeCustomMetricResponse } from '../../../api';
import { Can } from '../../../commons/can';
import { DetailHeader } from '../../../commons/detail/detail-header';
import { UrlTabs } from '../../../commons/detail/url-tabs';
import { Page } from '../../../commons/layout/page';
import { Answer } from '../../../commons/states/answer';
import { Empty } from '../../../commons/states/empty';
import { TagsPanel } from '../../../commons/tags/tags-panel';
import { useUserNames } from '../../../commons/used-by/hooks';
import { UsedBy } from '../../../commons/used-by/used-by';
import { DeleteMetric } from '../components/delete-metric';
import { RenameMetric } from '../components/rename-metric';
import { metricsHelp } from '../help';
import { FleetTab } from './fleet-tab';
import { MetricFacts } from './metric-facts';
import { ReportTab } from './report-tab';

export default function CustomMetricPage() {
  const { name = '' } = useParams();
  const navigate = useNavigate();
  const query = useOperation('DescribeCustomMetric', { metricName: name });
  const [users] = useUserNames([{ metricName: name }]);
  const [open, setOpen] = useState<'delete' | 'rename'>();
  const close = () => setOpen(undefined);
  const actions = query.data && (
    <>
      <Can do="DeleteCustomMetric">
        <Button onClick={() => setOpen('delete')}>Delete</Button>
      </Can>
      <Can do="UpdateCustomMetric">
        <Button onClick={() => setOpen('rename')}>Edit display name</Button>
      </Can>
    </>
  );
  return (
    <Page
      title={name}
      breadcrumbs={[{ text: 'Custom metrics', to: '/metrics' }, { text: name }]}
      help={metricsHelp}
      header={<DetailHeader title={name} description={query.data?.displayName} actions={actions} />}
    >
      <Answer query={query} what={`Custom metric ${name}`}>
        {(metric) => (
          <SpaceBetween size="l">
            <MetricFacts metric={metric} />
            <MetricTabs name={name} metric={metric} users={users} />
          </SpaceBetween>
        )}
      </Answer>
      {open === 'delete' && <DeleteMetric name={name} users={users} onDone={() => void navigate('/metrics')} onCancel={close} />}
      {open === 'rename' && <RenameMetric name={name} displayName={query.data?.displayName ?? ''} onClose={close} />}
    </Page>
  );
}

/** The tabs for what one may see. */
function MetricTabs({ name, metric, users }: { name: string; metric: DescribeCustomMetricResponse; users: string[] | undefined }) {
  const mayValues = useCan('GetDistribution');
  const mayProfiles = useCan('ListSecurityProfiles');
  const mayTags = useCan('ListTagsForResource');
  const noProfile = <Empty title="No security profile uses it">Choose it in a behavior, or among the metrics retained, so that values are kept.</Empty>;
  const tabs = [
    mayValues && { id: 'fleet', label: 'Values of the fleet', content: <FleetTab name={name} used={users === undefined || users.length > 0} /> },
    mayProfiles && { id: 'profiles', label: `Security profiles${users ? ` (${users.length})` : ''}`, content: <UsedBy used={{ metricName: name }} empty={noProfile} /> },
    { id: 'report', label: 'Sample report', content: <ReportTab name={name} type={metric.metricType ?? 'number'} /> },
    mayTags && { id: 'tags', label: 'Tags', content: <TagsPanel arn={metric.metricArn ?? ''}>Tags say whose a custom metric is, and policies can ask for them.</TagsPanel> },
  ];
  return <UrlTabs label={`Parts of custom metric ${name}`} tabs={tabs.filter((tab) => tab !== false)} />;
}
