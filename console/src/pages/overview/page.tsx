import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCan, useOperation } from '../../api';
import { Page } from '../../commons/layout/page';
import { Answer } from '../../commons/states/answer';
import { Empty } from '../../commons/states/empty';
import { AlarmHistory } from './components/alarm-history';
import { AlarmsBy } from './components/alarms-by';
import { HealthAlert } from './components/health-alert';
import { Noisiest } from './components/noisiest';
import { Tiles } from './components/tiles';

export default function OverviewPage() {
  const may = useCan('GetOverview');
  const overview = useOperation('GetOverview', {}, { every: 30_000, enabled: may });
  return (
    <Page title="Overview" type="dashboard" header={<Header variant="h1">Overview</Header>}>
      {!may && <Empty title="This access key may not see the overview">Its policy does not allow vedette:GetOverview. The side navigation has what it may see.</Empty>}
      {may && (
        <Answer query={overview} what="The overview">
          {(overview) => (
            <SpaceBetween size="l">
              <HealthAlert health={overview.health} />
              <Tiles overview={overview} />
              <AlarmHistory />
              <Grid gridDefinition={[{ colspan: { default: 12, m: 6 } }, { colspan: { default: 12, m: 6 } }]}>
                <AlarmsBy activeAlarms={overview.activeAlarms} />
                <Noisiest things={overview.noisiestThings} behaviors={overview.noisiestBehaviors} />
              </Grid>
            </SpaceBetween>
          )}
        </Answer>
      )}
    </Page>
  );
}
