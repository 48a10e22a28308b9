import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useCan, type Violation } from '../../api';
import { Page } from '../../commons/layout/page';
import { ResourceTable, useServerRows } from '../../commons/table';
import { AlarmPanel } from './components/alarm-panel';
import { AlarmTabs } from './components/alarm-tabs';
import { MarkDialog } from './components/mark-dialog';
import { NewsButton } from './components/news-button';
import { NoAlarms } from './components/no-alarms';
import { TimeFilter, useTimeFilter } from './components/time-filter';
import { alarmTable } from './config';
import { alarmsHelp } from './help';
import { useEnds, useHeld, useNews, useScrolled } from './held';
import { useSuggestions, withOnePerKey } from './hooks';
import { alarmsInput, filtersOf } from './input';
import { useShownAlarm } from './shown-alarm';

/** Active alarms, as they come and go. */
export default function AlarmsPage() {
  const [search] = useSearchParams();
  const suggestions = useSuggestions(search.get('securityProfileName'));
  const config = useMemo(() => alarmTable(suggestions), [suggestions]);
  const time = useTimeFilter();
  const rows = withOnePerKey(useServerRows(config, 'SearchViolations', (state) => alarmsInput(state, time.bounds)));
  const [selected, setSelected] = useState<Violation[]>([]);
  const [marking, setMarking] = useState(false);
  const { shown, close } = useShownAlarm();
  const mayMark = useCan('PutVerificationStateOnViolation');

  const filters = filtersOf(rows.state.values);
  const identity = JSON.stringify([filters, time.range, rows.state.order, rows.state.preferences.pageSize, rows.page]);
  const scrolled = useScrolled();
  const held = scrolled || rows.page > 1 || selected.length > 0 || marking;
  const items = useEnds(useHeld(rows, held, identity));
  const fresh = useNews({ filters, held, identity, of: 'alarms', shown: items.map(config.key) });
  return (
    <Page
      title="Alarms"
      type="table"
      breadcrumbs={[{ text: 'Alarms' }]}
      help={alarmsHelp}
      splitPanel={shown && <AlarmPanel violationId={shown} />}
      onSplitPanelClose={close}
    >
      <SpaceBetween size="m">
        <AlarmTabs active="active" />
        <ResourceTable
          rows={{ ...rows, items }}
          title="Active alarms"
          controls={<TimeFilter used={time} />}
          empty={<NoAlarms narrowed={time.range !== undefined} clear={() => time.setRange(undefined)} />}
          {...(mayMark && { selection: 'multi' as const, selected, onSelect: setSelected })}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <NewsButton
                one="alarm"
                fresh={fresh}
                ended={held ? items.filter(({ endReason }) => endReason !== undefined).length : 0}
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
