import Tabs, { type TabsProps } from '@cloudscape-design/components/tabs';
import { useSearchParams } from 'react-router';

/** Tabs whose choice stands in the URL (?tab=). Another tab drops what the one before put there. */
export function UrlTabs({ tabs, label }: { tabs: TabsProps.Tab[]; label: string }) {
  const [search, setSearch] = useSearchParams();
  const first = tabs[0]?.id ?? '';
  const wanted = search.get('tab');
  return (
    <Tabs
      ariaLabel={label}
      tabs={tabs}
      activeTabId={tabs.find(({ id }) => id === wanted)?.id ?? first}
      onChange={({ detail }) => setSearch(detail.activeTabId === first ? {} : { tab: detail.activeTabId }, { replace: true })}
    />
  );
}
