import type { ReactNode } from 'react';
import { ApiError } from '../../../api';
import { LinkButton } from '../../../commons/link-button';
import { Answer } from '../../../commons/states/answer';
import { Empty } from '../../../commons/states/empty';
import { alarmOf, type Alarm, type useAlarm } from '../alarm';

/** The answer to what an alarm is, which may have expired. */
export function AlarmAnswer({ query, children }: { query: ReturnType<typeof useAlarm>; children: (alarm: Alarm) => ReactNode }) {
  if (query.error instanceof ApiError && query.error.notFound) {
    return (
      <Empty title="There is no such alarm" action={<LinkButton to="/alarms">Show active alarms</LinkButton>}>
        Alarms are kept for some days after they have ended; this one may have expired. The settings say for how long.
      </Empty>
    );
  }
  return (
    <Answer query={query} what="The alarm">
      {(output) => {
        const alarm = alarmOf(output);
        return alarm && children(alarm);
      }}
    </Answer>
  );
}
