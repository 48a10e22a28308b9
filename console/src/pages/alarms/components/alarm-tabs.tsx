import Tabs from '@cloudscape-design/components/tabs';
import { useHref, useNavigate } from 'react-router';
import { useCan, useCounters } from '../../../api';
import { formatNumber } from '../../../commons/format';

/** Leads from active alarms to their history and back. */
export function AlarmTabs({ active }: { active: 'active' | 'history' }) {
  const navigate = useNavigate();
  const counters = useCounters();
  const paths = { active: '/alarms', history: '/alarms/history' };
  const hrefs = { active: useHref(paths.active), history: useHref(paths.history) };
  const history = useCan('SearchViolationEvents');
  return (
    <Tabs
      ariaLabel="Alarms"
      disableContentPaddings
      activeTabId={active}
      tabs={[
        { id: 'active', label: counters ? `Active (${formatNumber(counters.activeAlarms)})` : 'Active', href: hrefs.active },
        ...(history ? [{ id: 'history', label: 'History', href: hrefs.history }] : []),
      ]}
      onChange={({ detail }) => {
        const to = detail.activeTabId as keyof typeof paths;
        if (to !== active) void navigate(paths[to]);
      }}
    />
  );
}
