import StatusIndicator from '@cloudscape-design/components/status-indicator';

/** Whether a thing is connected. */
export function Connection({ of: { connected } }: { of: { connected: boolean } }) {
  return <StatusIndicator type={connected ? 'success' : 'stopped'}>{connected ? 'Connected' : 'Disconnected'}</StatusIndicator>;
}
