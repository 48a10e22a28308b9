import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, use, useMemo, useRef, useState, type ReactNode } from 'react';
import { messageOf } from '../api';

interface Notifications {
  success: (text: ReactNode) => void;
  info: (text: ReactNode) => void;
  /** what: "Security profile cams was not deleted" */
  failure: (what: string, error: unknown) => void;
}

const Actions = createContext<Notifications | undefined>(undefined);
const Items = createContext<FlashbarProps.MessageDefinition[]>([]);
/** A success goes by itself. Milliseconds. */
const shown = 8000;

export function NotificationsProvider({ children }: { children: ReactNode }) {
  const [items, setItems] = useState<FlashbarProps.MessageDefinition[]>([]);
  const count = useRef(0);
  const actions = useMemo<Notifications>(() => {
    const add = (item: FlashbarProps.MessageDefinition, forMs?: number) => {
      const id = String(count.current++);
      const dismiss = () => setItems((items) => items.filter((i) => i.id !== id));
      setItems((items) => [{ ...item, id, dismissible: true, dismissLabel: 'Dismiss', onDismiss: dismiss }, ...items].slice(0, 5));
      if (forMs) setTimeout(dismiss, forMs);
    };
    return {
      success: (content) => add({ type: 'success', content }, shown),
      info: (content) => add({ type: 'info', content }, shown),
      failure: (header, error) => add({ type: 'error', header, content: messageOf(error) }),
    };
  }, []);
  return (
    <Actions value={actions}>
      <Items value={items}>{children}</Items>
    </Actions>
  );
}

export function useNotifications(): Notifications {
  const actions = use(Actions);
  if (!actions) throw new Error('useNotifications is used outside of NotificationsProvider');
  return actions;
}

export function NotificationBar() {
  return <Flashbar items={use(Items)} stackItems />;
}
