import Container from '@cloudscape-design/components/container';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useCounters, type Output } from '../../../api';
import { formatShort } from '../../../commons/format';
import { PageLink } from '../../../commons/link';
import { healthNames } from '../config';
import { Tile } from './tile';

/** The numbers of the deployment; those that the stream tells move by themselves. */
export function Tiles({ overview }: { overview: Output<'GetOverview'> }) {
  const { things, ingest, health } = overview;
  const live = useCounters();
  const alarms = live?.activeAlarms ?? overview.activeAlarms.total;
  const rate = live ?? ingest;
  return (
    <Container>
      <ColumnLayout columns={4} variant="text-grid" minColumnWidth={180}>
        <Tile
          title="Active alarms"
          value={formatShort(alarms)}
          to="/alarms"
          tone={alarms > 0 ? 'alarm' : 'calm'}
        >
          <PageLink to="/alarms/history">History</PageLink>
        </Tile>
        <Tile title="Things seen" value={formatShort(things.seen)} to="/things">
          <PageLink to="/things?state=connected">{formatShort(things.connected)} connected</PageLink>
          <PageLink to="/things?state=reporting">{formatShort(things.reporting)} reporting</PageLink>
          <PageLink to="/things?state=silent">{formatShort(things.silent)} silent</PageLink>
        </Tile>
        <Tile title="Reports per second" value={formatShort(rate.reportsPerSecond)}>
          <span>{formatShort(rate.messagesPerSecond)} messages per second</span>
          <span>{formatShort(rate.connections)} MQTT connections</span>
        </Tile>
        <Tile title="Health" value={health.every(({ healthy }) => healthy) ? 'Good' : 'Not well'} to="/settings" tone={health.every(({ healthy }) => healthy) ? 'calm' : 'alarm'}>
          {health.map(({ name, healthy }) => (
            <StatusIndicator key={name} type={healthy ? 'success' : 'error'}>
              {healthNames[name]}
            </StatusIndicator>
          ))}
        </Tile>
      </ColumnLayout>
    </Container>
  );
}
