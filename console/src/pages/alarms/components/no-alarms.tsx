import Button from '@cloudscape-design/components/button';
import { LinkButton } from '../../../commons/link-button';
import { Empty } from '../../../commons/states/empty';

/** No alarm at all, or none in the chosen time. */
export function NoAlarms({ narrowed, clear }: { narrowed: boolean; clear: () => void }) {
  if (narrowed) {
    return (
      <Empty title="No alarm began in this time" action={<Button onClick={clear}>Show any time</Button>}>
        Alarms that have ended are in the history.
      </Empty>
    );
  }
  return (
    <Empty title="No thing is in alarm" action={<LinkButton to="/alarms/history">Show the history</LinkButton>}>
      Alarms show here when things leave what a security profile calls normal.
    </Empty>
  );
}
