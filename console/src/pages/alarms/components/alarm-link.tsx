import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import { useHref } from 'react-router';
import { useShownAlarm } from '../shown-alarm';

/** Opens an alarm in the split panel; in another tab of the browser: as a page. */
export function AlarmLink({ violationId = '', children }: { violationId: string | undefined; children: string }) {
  const { shown, show } = useShownAlarm();
  const href = useHref(`/alarms/${encodeURIComponent(violationId)}`);
  return (
    <Link
      href={href}
      onFollow={(event) => {
        event.preventDefault();
        show(violationId);
      }}
    >
      {shown === violationId ? (
        <Box variant="strong" color="inherit">
          {children}
        </Box>
      ) : (
        children
      )}
    </Link>
  );
}
