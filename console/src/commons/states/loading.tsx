import StatusIndicator from '@cloudscape-design/components/status-indicator';

export function Loading({ what = 'Loading' }: { what?: string }) {
  return <StatusIndicator type="loading">{what}</StatusIndicator>;
}
