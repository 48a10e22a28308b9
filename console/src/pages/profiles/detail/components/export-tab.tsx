import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { Facts } from '../../../../commons/detail/facts';
import { Empty } from '../../../../commons/states/empty';
import { metricTitle } from '../../../../i18n-strings';
import { retainedOf, type Profile } from '../../model/profile';

/** Where values go, and of which metrics. */
export function ExportTab({ profile }: { profile: Profile }) {
  const { metricsExportConfig, behaviors = [] } = profile;
  const exported = [...new Set([...behaviors, ...retainedOf(profile)].filter(({ exportMetric }) => exportMetric).map(({ metric }) => metricTitle(metric)))];
  return (
    <Container header={<Header variant="h2">Metrics export</Header>}>
      {metricsExportConfig ? (
        <Facts
          columns={3}
          of={{
            'MQTT topic': <span className="vedette-mono">{metricsExportConfig.mqttTopic}</span>,
            Role: <span className="vedette-mono">{metricsExportConfig.roleArn}</span>,
            Metrics: exported.join(', ') || 'None: no behavior or retained metric is marked for export',
          }}
        />
      ) : (
        <Empty title="Nothing is exported">
          {exported.length > 0 ? `Metrics are marked for export (${exported.join(', ')}), but there is no topic. ` : ''}
          Edit the profile to have metric values published to an MQTT topic every few minutes.
        </Empty>
      )}
    </Container>
  );
}
