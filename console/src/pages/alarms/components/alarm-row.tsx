import type { Violation } from '../../../api';
import { formatTime } from '../../../commons/format';
import { violationEventTypes } from '../../../i18n-strings';
import type { Span } from '../value-chart';

/** When the alarm stood, on the time axis of the PresenceStrip below. */
export function AlarmRow({ violation: { violationStartTime = 0, endTime, endReason }, span: { from, to } }: { violation: Violation; span: Span }) {
  const at = (time: number) => `${(100 * (Math.min(to, Math.max(from, time)) - from)) / Math.max(1, to - from)}%`;
  const end = endTime ?? to;
  const text = `${violationEventTypes['in-alarm']} from ${formatTime(violationStartTime)}${endTime !== undefined && endReason ? ` to ${formatTime(endTime)} (${violationEventTypes[endReason].toLowerCase()})` : ' until now'}`;
  return (
    <div style={{ display: 'grid', gridTemplateColumns: '150px 1fr', alignItems: 'center', height: 22 }}>
      <span style={{ fontSize: 12 }}>
        {violationEventTypes['in-alarm']}
      </span>
      <span role="img" aria-label={text} title={text} style={{ position: 'relative', height: 13 }}>
        <span
          style={{
            position: 'absolute',
            insetInlineStart: at(violationStartTime),
            insetInlineEnd: `calc(100% - ${at(end)})`,
            minWidth: 3,
            height: '100%',
            border: '1.5px solid var(--vedette-alarm)',
            borderInlineEndStyle: endTime === undefined ? 'none' : 'solid',
            borderRadius: endTime === undefined ? '3px 0 0 3px' : 3,
            background: 'color-mix(in srgb, var(--vedette-alarm) 18%, transparent)',
            boxSizing: 'border-box',
          }}
        />
      </span>
    </div>
  );
}
