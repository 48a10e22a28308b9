import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useSearchParams } from 'react-router';
import type { Output, ThingMetric } from '../../../api';
import { Empty } from '../../../commons/states/empty';
import { useNow } from '../../../commons/time/clock';
import { day } from '../../../commons/time/range';
import { TimeRangePicker, useTimeRange } from '../../../commons/time/range-picker';
import { metricHelp } from '../../../i18n-strings';
import { metricOfAlarm, useThingAlarms } from './alarms';
import { chartBounds } from './bounds';
import { ChosenMetric } from './chosen-metric';
import { chosenMetric, fullTitle, keyText, sameMetric } from './kept-metric';
import { MetricTile } from './metric-tile';
import './metrics.css';

/** Charts of all that values of the thing are kept of: the chosen one big, all of them small. */
export function MetricsTab({ thing }: { thing: Output<'GetThing'> }) {
  const [search, setSearch] = useSearchParams();
  const active = useThingAlarms(thing.thingName, { state: 'active' });
  const alarmsOf = (metric: ThingMetric) => active.filter((alarm) => sameMetric(metricOfAlarm(alarm), metric)).length;
  const used = useTimeRange({ last: day });
  const bounds = chartBounds(used.range, useNow());
  const metric = chosenMetric(thing.metrics, search.get('metric'), (metric) => alarmsOf(metric) > 0);
  if (!metric) return <NoMetrics judged={thing.securityProfiles.length > 0} />;
  const choose = (key: string) =>
    setSearch(
      (search) => {
        search.set('metric', key);
        search.delete('sum');
        return search;
      },
      { replace: true },
    );
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            description={metricHelp(metric.metricName)}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                {'from' in used.range && (
                  <Button iconName="zoom-to-fit" onClick={() => used.setRange({ last: day })}>
                    Last day
                  </Button>
                )}
                <TimeRangePicker used={used} />
              </SpaceBetween>
            }
          >
            {fullTitle(metric)}
          </Header>
        }
      >
        <ChosenMetric
          key={keyText(metric)}
          thing={thing}
          metric={metric}
          {...bounds}
          onChoose={choose}
          onZoom={(from, to) => used.setRange({ from: Math.round(from), to: Math.round(to) })}
        />
      </Container>
      <Container header={<Header variant="h2" counter={`(${thing.metrics.length})`} description="The last value of each, and the same time as above">Metrics with values</Header>}>
        <ul className="vedette-tiles" aria-label="Metrics with values">
          {thing.metrics.map((one) => (
            <li key={keyText(one)}>
              <MetricTile thingName={thing.thingName} metric={one} from={bounds.startTime} to={bounds.endTime} alarms={alarmsOf(one)} chosen={one === metric} onChoose={() => choose(keyText(one))} />
            </li>
          ))}
        </ul>
      </Container>
    </SpaceBetween>
  );
}

function NoMetrics({ judged }: { judged: boolean }) {
  return (
    <Empty title="No values are kept of this thing">
      {judged
        ? 'The profiles that apply to it judge or retain metrics that it has not sent yet.'
        : 'No security profile applies to it. Attach one to a group of the thing, or to all things: values are kept of the metrics that a profile judges or retains.'}
    </Empty>
  );
}
