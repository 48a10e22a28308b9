import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useCan, type Violation } from '../../../api';
import { CliCommand } from '../../../commons/copy/cli-command';
import { MarkDialog } from './mark-dialog';
import { VerificationMark } from './states';

const done = () => undefined;

/** What someone found out about an alarm, and how to say so. */
export function Verification({ violation, level = 'h2' }: { violation: Violation; level?: 'h2' | 'h3' }) {
  const { violationId = '', verificationState = 'UNKNOWN', verificationStateDescription } = violation;
  const [marking, setMarking] = useState(false);
  const may = useCan('PutVerificationStateOnViolation');
  return (
    <SpaceBetween size="s">
      <Header variant={level} actions={may && <Button onClick={() => setMarking(true)}>Mark verification state</Button>}>
        Verification
      </Header>
      <VerificationMark state={verificationState} />
      {verificationStateDescription && <Box variant="p">{verificationStateDescription}</Box>}
      {may && (
        <CliCommand
          operation="PutVerificationStateOnViolation"
          input={{ violationId, verificationState, ...(verificationStateDescription && { verificationStateDescription }) }}
        />
      )}
      {marking && <MarkDialog alarms={[violation]} onClose={() => setMarking(false)} onDone={done} />}
    </SpaceBetween>
  );
}
