import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { VerificationState } from '../../../api';
import { plural } from '../../../commons/format';
import { useNotifications } from '../../../commons/notifications';
import { verificationStates } from '../../../i18n-strings';
import { distinct, useMarking, type Markable, type Marking } from '../marking';
import { noteFault, verdictOf } from '../verdict';
import { VerdictFields } from './verdict-fields';

interface MarkDialogProps {
  alarms: Markable[];
  onClose: () => void;
  /** All were marked. */
  onDone: () => void;
}

/** Marks alarms with a verification state; names those that could not be marked. */
export function MarkDialog({ alarms, onClose, onDone }: MarkDialogProps) {
  const [chosen] = useState(() => distinct(alarms));
  const only = chosen.length === 1 ? chosen[0] : undefined;
  const [state, setState] = useState<VerificationState | undefined>(only?.verificationState);
  const [note, setNote] = useState(only?.verificationStateDescription ?? '');
  const [missing, setMissing] = useState(false);
  const notify = useNotifications();
  const marking = useMarking((marked, failed) => {
    if (failed > 0) return;
    if (marked > 0 && state) notify.success(`${plural(marked, 'alarm')} marked as ${verificationStates[state].toLowerCase()}.`);
    onDone();
    onClose();
  });
  const running = marking.status === 'running';
  const rest = marking.failures.map(({ alarm }) => alarm);
  const mark = () => {
    setMissing(!state);
    if (state && !noteFault(note) && !running) marking.start(rest.length > 0 ? rest : chosen, verdictOf(state, note));
  };
  const close = () => {
    marking.stop();
    onClose();
  };
  return (
    <Modal
      visible
      onDismiss={close}
      closeAriaLabel="Close"
      header={only ? `Mark ${only.behavior?.name ?? 'alarm'} of ${only.thingName ?? ''}` : `Mark ${plural(chosen.length, 'alarm')}`}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={close}>
              {running ? 'Stop' : 'Cancel'}
            </Button>
            <Button variant="primary" loading={running} onClick={mark}>
              {rest.length > 0 && !running ? `Try again with ${plural(rest.length, 'alarm')}` : 'Mark'}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="l">
        <VerdictFields state={state} note={note} onState={setState} onNote={setNote} disabled={running} missing={missing && !state} />
        {running && marking.total > 1 && (
          <ProgressBar label="Marking" value={(100 * marking.tried) / marking.total} additionalInfo={`${marking.tried} of ${plural(marking.total, 'alarm')}`} />
        )}
        {!running && <NotMarked marking={marking} />}
      </SpaceBetween>
    </Modal>
  );
}

/** Names shown of alarms that could not be marked. */
const named = 10;

function NotMarked({ marking: { failures, total } }: { marking: Marking }) {
  if (failures.length === 0) return null;
  return (
    <Alert type="error" header={`${failures.length} of ${plural(total, 'alarm')} could not be marked`}>
      <ul>
        {failures.slice(0, named).map(({ alarm, message }) => (
          <li key={alarm.violationId}>
            {alarm.behavior?.name} of {alarm.thingName}: {message}
          </li>
        ))}
      </ul>
      {failures.length > named && <>and {plural(failures.length - named, 'other')}. </>}
      The others are marked.
    </Alert>
  );
}
