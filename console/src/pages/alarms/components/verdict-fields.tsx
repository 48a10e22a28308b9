import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import type { VerificationState } from '../../../api';
import { verificationStates } from '../../../i18n-strings';
import { longestNote, noteFault, verdictHelp } from '../verdict';

const states = Object.keys(verdictHelp) as VerificationState[];

interface VerdictFieldsProps {
  state: VerificationState | undefined;
  note: string;
  onState: (state: VerificationState) => void;
  onNote: (note: string) => void;
  disabled?: boolean;
  /** The state is wanted and not there. */
  missing?: boolean;
}

/** A verification state and the words for it. */
export function VerdictFields({ state, note, onState, onNote, disabled = false, missing = false }: VerdictFieldsProps) {
  return (
    <SpaceBetween size="l">
      <FormField label="Verification state" {...(missing && { errorText: 'Choose a verification state.' })} stretch>
        <RadioGroup
          value={state ?? null}
          onChange={({ detail }) => onState(detail.value as VerificationState)}
          items={states.map((value) => ({ value, label: verificationStates[value], description: verdictHelp[value], disabled }))}
        />
      </FormField>
      <FormField
        label={<>Note <i>(optional)</i></>}
        description="Why; who looked. It takes the place of the note before."
        constraintText={`At most ${longestNote} characters: ${note.length}.`}
        errorText={noteFault(note)}
        stretch
      >
        <Textarea value={note} onChange={({ detail }) => onNote(detail.value)} rows={3} disabled={disabled} />
      </FormField>
    </SpaceBetween>
  );
}
