import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useCan, type ViolationEvent } from '../../api';
import { Page } from '../../commons/layout/page';
import { Empty } from '../../commons/states/empty';
import { ResourceTable, useServerRows } from '../../commons/table';
import { day } from '../../commons/time/range';
import { TimeRangePicker, useTimeRange } from '../../commons/time/range-picker';
import { AlarmPanel } from './components/alarm-panel';
import { AlarmTabs } from './components/alarm-tabs';
import { EventBars } from './components/event-bars';
import { MarkDialog } from './components/mark-dialog';
import { NewsButton } from './components/news-button';
import { eventTable } from './config';
import { alarmsHelp } from './help';
import { useHeld, useNews, useScrolled } from './held';
import { useSuggestions, withOnePerKey } from './hooks';
import { eventsInput, filtersOf, filtersOfAlarms } from './input';
import { useShownAlarm } from './shown-alarm';

const twoWeeks = { last: 14 * day };

/** What happened to alarms: raised, cleared, invalidated. */
export default function AlarmHistoryPage() {
  const [search] = useSearchParams();
  const suggestions = useSuggestions(search.get('securityProfileName'));
  const config = useMemo(() => eventTable(suggestions), [suggestions]);
  const used = useTimeRange(twoWeeks);
  const { startTime, endTime } = used;
  const rows = withOnePerKey(useServerRows(config, 'SearchViolationEvents', (state) => eventsInput(state, { startTime, endTime })));
  const [selected, setSelected] = useState<ViolationEvent[]>([]);
  const [marking, setMarking] = useState(false);
  const { shown, close } = useShownAlarm();
  const mayMark = useCan('PutVerificationStateOnViolation');

  const filters = filtersOf(rows.state.values);
  const newestFirst = rows.state.sort?.descending !== false && 'last' in used.range;
  const identity = JSON.stringify([filters, used.range, newestFirst, rows.state.preferences.pageSize, rows.page]);
  const scrolled = useScrolled();
  const held = newestFirst && (scrolled || rows.page > 1 || selected.length > 0 || marking);
  const items = useHeld(rows, held, identity);
  const fresh = useNews({ filters, held, identity, of: 'events', shown: items.map(config.key) });
  return (
    <Page
      title="History of alarms"
      type="table"
      breadcrumbs={[{ text: 'Alarms', to: '/alarms' }, { text: 'History' }]}
      help={alarmsHelp}
      splitPanel={shown && <AlarmPanel violationId={shown} />}
      onSplitPanelClose={close}
    >
      <h1 className="vedette-hidden">History of alarms</h1>
      <SpaceBetween size="l">
        <AlarmTabs active="history" />
        <EventBars filters={filtersOfAlarms(rows.state.values)} used={used} whole={twoWeeks} />
        <ResourceTable
          rows={{ ...rows, items }}
          title="Events"
          variant="container"
          controls={<TimeRangePicker used={used} />}
          empty={<Empty title="No event in this time">Nothing was raised, cleared or invalidated. Choose a longer time to see more.</Empty>}
          {...(mayMark && { selection: 'multi' as const, selected, onSelect: setSelected })}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <NewsButton
                one="event"
                fresh={fresh}
                sure={!filters.thingGroupName}
                onShow={() => {
                  setSelected([]);
                  rows.setPage(1);
                  scrollTo({ top: 0 });
                }}
              />
              {mayMark && (
                <Button disabled={selected.length === 0} onClick={() => setMarking(true)}>
                  Mark verification state
                </Button>
              )}
            </SpaceBetween>
          }
        />
      </SpaceBetween>
      {marking && <MarkDialog alarms={selected} onClose={() => setMarking(false)} onDone={() => setSelected([])} />}
    </Page>
  );
}
