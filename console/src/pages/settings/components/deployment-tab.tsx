import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ReactNode } from 'react';
import { useOperation, type DeploymentEndpoints, type DescribeDeploymentResponse, type Health } from '../../../api';
import { CopyButton } from '../../../commons/copy/copy-button';
import { Facts } from '../../../commons/detail/facts';
import { plural } from '../../../commons/format';
import { sentence } from '../../../commons/names';
import { Answer } from '../../../commons/states/answer';
import { Ago } from '../../../commons/time/ago';

/** How the server is set up, and how it is. */
export function DeploymentTab() {
  const query = useOperation('DescribeDeployment', {}, { every: 15_000 });
  return (
    <Answer query={query} what="The deployment">
      {(deployment) => (
        <SpaceBetween size="l">
          <ServerFacts of={deployment} />
          <EndpointFacts of={deployment.endpoints} />
          <Retention of={deployment.retention} />
          <Exports of={deployment.exports} />
        </SpaceBetween>
      )}
    </Answer>
  );
}

function Section({ title, description, children }: { title: string; description?: string; children: ReactNode }) {
  return (
    <Container
      header={
        <Header variant="h2" description={description}>
          {title}
        </Header>
      }
    >
      {children}
    </Container>
  );
}

const databases = { SQLite: 'SQLite, in the data directory', PostgreSQL: 'PostgreSQL' };
const logs = { embedded: 'Embedded, in the data directory', NATS: 'NATS JetStream' };
const parts = { log: 'Health of the log', store: 'Health of the store', detection: 'Health of detection' };
const rules: Record<string, string> = { standard: 'Standard: as MQTT has them', aws: "AWS's: also what AWS IoT forbids" };

function ServerFacts({ of: { version, accountId, region, startedAt, storage, mqttRules, health } }: { of: DescribeDeploymentResponse }) {
  return (
    <Section title="Server">
      <Facts
        columns={3}
        of={{
          Version: version,
          Account: <CopyButton inline text={accountId} what="Account" />,
          Region: region,
          Started: <Ago time={startedAt} />,
          Database: databases[storage.database],
          Log: logs[storage.log],
          'Rules of MQTT': rules[mqttRules] ?? mqttRules,
          ...Object.fromEntries(health.map((part) => [parts[part.name], <HealthOf key={part.name} part={part} />])),
        }}
      />
    </Section>
  );
}

function HealthOf({ part: { healthy, message } }: { part: Health }) {
  return healthy ? <StatusIndicator type="success">Healthy</StatusIndicator> : <StatusIndicator type="error">{sentence(message)}</StatusIndicator>;
}

function EndpointFacts({ of: { http, mqtt, mqtts, httpsDevice, hostname } }: { of: DeploymentEndpoints }) {
  const address = (text: string | undefined, what: string) => (text ? <CopyButton inline text={text} what={what} /> : <StatusIndicator type="stopped">Not served</StatusIndicator>);
  return (
    <Section title="Endpoints" description="The addresses that the server listens on">
      <Facts
        columns={3}
        of={{
          'API and console': address(http, 'Address of the API'),
          'MQTT without TLS': address(mqtt, 'Address of MQTT'),
          'MQTT with TLS': address(mqtts, 'Address of MQTT with TLS'),
          'HTTPS of devices': address(httpsDevice, 'Address of HTTPS for devices'),
          'Host name that devices are told': address(hostname, 'Host name'),
          'Certificate authority': (
            <Button variant="inline-link" href="/ca.pem" download="ca.pem">
              Download ca.pem
            </Button>
          ),
        }}
      />
    </Section>
  );
}

function Retention({ of: { violationDays, metricValueDays, silenceDays } }: { of: DescribeDeploymentResponse['retention'] }) {
  const days = (count: number) => plural(Math.round(count * 100) / 100, 'day');
  return (
    <Section title="Retention" description="Flags of vedette serve set it">
      <Facts
        columns={3}
        of={{
          'Violations that ended, and their events': <Flagged value={days(violationDays)} flag="--violation-retention" />,
          'Metric values and thresholds': <Flagged value={days(metricValueDays)} flag="--metric-retention" />,
          'Silence until an alarm is invalidated': <Flagged value={days(silenceDays)} flag="--silence-after" />,
        }}
      />
    </Section>
  );
}

function Flagged({ value, flag }: { value: string; flag: string }) {
  return (
    <>
      {value} <span className="vedette-mono">{flag}</span>
    </>
  );
}

const kinds: Record<string, string> = { 'remote-write': 'Prometheus remote write', file: 'File' };

function Exports({ of }: { of: DescribeDeploymentResponse['exports'] }) {
  return (
    <Section title="Metrics export" description="Where values go that behaviors export, beside the topic of their profile">
      {of.length === 0 ? (
        <>No sink is configured.</>
      ) : (
        <Facts columns={3} of={Object.fromEntries(of.map(({ name, kind }) => [name, kinds[kind] ?? kind]))} />
      )}
    </Section>
  );
}
