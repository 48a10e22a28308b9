import AppLayout from '@cloudscape-design/components/app-layout';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import ContentLayout from '@cloudscape-design/components/content-layout';
import HelpPanel from '@cloudscape-design/components/help-panel';
import { useEffect, useState, type ReactNode } from 'react';
import { useHref, useNavigate } from 'react-router';
import { text } from '../../i18n-strings';
import { NotificationBar } from '../notifications';
import { readPreference, writePreference } from '../preferences';
import { Navigation } from './navigation';

export interface Crumb {
  text: string;
  /** Below /console; absent: the page itself. */
  to?: string;
}

export interface PageProps {
  /** Of the browser's window. */
  title: string;
  /** Above the content: a Header, or DetailHeader. */
  header?: ReactNode;
  /** The way here, without "Vedette" at its begin. */
  breadcrumbs?: Crumb[];
  help?: { title: string; content: ReactNode };
  /** A SplitPanel; null: closed. */
  splitPanel?: ReactNode;
  onSplitPanelClose?: () => void;
  type?: 'default' | 'table' | 'form' | 'wizard' | 'cards' | 'dashboard';
  children: ReactNode;
}

/** One page: navigation, breadcrumbs, notifications, content, split panel and help. */
export function Page({ title, header, breadcrumbs = [], help, splitPanel, onSplitPanelClose, type = 'default', children }: PageProps) {
  const [navigationOpen, setNavigationOpen] = useState(() => readPreference('navigation', flag) ?? innerWidth > 1100);
  const [helpOpen, setHelpOpen] = useState(false);
  const [panelSize, setPanelSize] = useState(() => readPreference('split-panel', size));
  const [position, setPosition] = useState<'side' | 'bottom'>(() => readPreference('split-panel-position', place) ?? 'bottom');
  useEffect(() => {
    document.title = `${title} · Vedette`;
  }, [title]);
  return (
    <AppLayout
      headerSelector="#top-bar"
      contentType={type}
      navigation={<Navigation />}
      navigationOpen={navigationOpen}
      onNavigationChange={({ detail }) => {
        setNavigationOpen(detail.open);
        if (innerWidth > 1100) writePreference('navigation', detail.open);
      }}
      breadcrumbs={<Breadcrumbs crumbs={breadcrumbs} title={title} />}
      notifications={<NotificationBar />}
      stickyNotifications
      toolsHide={!help}
      toolsOpen={helpOpen}
      onToolsChange={({ detail }) => setHelpOpen(detail.open)}
      tools={help && <HelpPanel header={<h2>{help.title}</h2>}>{help.content}</HelpPanel>}
      splitPanel={splitPanel}
      splitPanelOpen={Boolean(splitPanel)}
      onSplitPanelToggle={({ detail }) => {
        if (!detail.open) onSplitPanelClose?.();
      }}
      splitPanelPreferences={{ position }}
      onSplitPanelPreferencesChange={({ detail }) => {
        setPosition(detail.position);
        writePreference('split-panel-position', detail.position);
      }}
      {...(panelSize && { splitPanelSize: panelSize })}
      onSplitPanelResize={({ detail }) => {
        setPanelSize(detail.size);
        writePreference('split-panel', detail.size);
      }}
      ariaLabels={text.appLayout}
      content={header ? <ContentLayout header={header}>{children}</ContentLayout> : children}
    />
  );
}

function Breadcrumbs({ crumbs, title }: { crumbs: Crumb[]; title: string }) {
  const navigate = useNavigate();
  const root = useHref('/').replace(/\/$/, '');
  if (crumbs.length === 0 && title === 'Overview') return null;
  const items = [{ text: 'Vedette', to: '/' }, ...(crumbs.length > 0 ? crumbs : [{ text: title }])];
  return (
    <BreadcrumbGroup
      ariaLabel="Breadcrumbs"
      items={items.map((crumb) => ({ text: crumb.text, href: 'to' in crumb && crumb.to ? root + crumb.to : '#' }))}
      onFollow={(event) => {
        event.preventDefault();
        if (event.detail.href !== '#') void navigate(event.detail.href.slice(root.length));
      }}
    />
  );
}

const flag = (value: unknown) => (typeof value === 'boolean' ? value : undefined);
const size = (value: unknown) => (typeof value === 'number' && value > 0 ? value : undefined);
const place = (value: unknown) => (value === 'side' || value === 'bottom' ? value : undefined);
