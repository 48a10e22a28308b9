import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { metricOf, useOperation, type Behavior, type Output } from '../../../../api';
import { LineChart } from '../../../../commons/chart';
import { formatCount } from '../../../../commons/format';
import { Answer } from '../../../../commons/states/answer';
import { Empty } from '../../../../commons/states/empty';
import { day, hour } from '../../../../commons/time/range';
import { TimeRangePicker, useTimeRange } from '../../../../commons/time/range-picker';
import { criteriaText } from '../../../../commons/value/criteria';
import { thresholdValue } from './latest-threshold';

/** The most that ListThresholds answers. */
const most = 1000;

/** How the threshold of a statistical behavior moved. */
export function ThresholdsChart({ profile, behaviors }: { profile: string; behaviors: Behavior[] }) {
  const [search, setSearch] = useSearchParams();
  const used = useTimeRange({ last: day });
  const behavior = behaviors.find(({ name }) => name === search.get('behavior')) ?? behaviors[0];
  const { startTime, endTime } = used;
  const query = useOperation('ListThresholds', { profile, behavior: behavior?.name ?? '', startTime, endTime, maxResults: most }, { enabled: behavior !== undefined, keep: true });
  if (!behavior) return null;
  const longest = most * (behavior.criteria?.durationSeconds ?? 300);
  return (
    <Container
      header={
        <Header variant="h2" description="The fleet's percentile, window by window. Each judges the window that follows." actions={<TimeRangePicker used={used} longest={longest} choices={choices.filter((last) => last <= longest)} />}>
          Thresholds
        </Header>
      }
    >
      <SpaceBetween size="m">
        {behaviors.length > 1 && (
          <FormField label="Behavior">
            <Select
              selectedOption={{ value: behavior.name, label: behavior.name }}
              options={behaviors.map((one) => ({ value: one.name, label: one.name, description: criteriaText(one) }))}
              onChange={({ detail }) =>
                setSearch(
                  (search) => {
                    search.set('behavior', detail.selectedOption.value ?? '');
                    return search;
                  },
                  { replace: true },
                )
              }
            />
          </FormField>
        )}
        <Answer query={query} what="Thresholds">
          {(answer) => <Chart behavior={behavior} answer={answer} from={startTime} to={endTime} />}
        </Answer>
      </SpaceBetween>
    </Container>
  );
}

const choices = [hour, 6 * hour, day, 3 * day, 7 * day, 14 * day];

function Chart({ behavior, answer, from, to }: { behavior: Behavior; answer: Output<'ListThresholds'>; from: number; to: number }) {
  const unit = metricOf(behavior.metric)?.unit;
  const model = useMemo(() => {
    const thresholds = (answer.thresholds ?? []).toReversed();
    const values = thresholds.map((threshold) => thresholdValue(threshold) ?? null);
    return {
      times: thresholds.map(({ windowEnd = 0 }) => windowEnd),
      series: [{ label: behavior.criteria?.statisticalThreshold?.statistic ?? 'Threshold', values, shape: 'stepped' as const }],
      format: (value: number) => formatCount(value, unit),
    };
  }, [answer, behavior, unit]);
  if (model.times.length === 0) {
    return <Empty title="No thresholds in this time">A window needs values of at least two of the profile&apos;s things.</Empty>;
  }
  return <LineChart label={`Thresholds of ${behavior.name}`} {...model} from={from} to={to} />;
}
