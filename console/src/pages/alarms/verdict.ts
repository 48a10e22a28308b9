import type { VerificationState } from '../../api';
import type { Verdict } from './marking';

export const verdictHelp: Record<VerificationState, string> = {
  FALSE_POSITIVE: 'The thing is normal; the behavior is too narrow',
  BENIGN_POSITIVE: 'The alarm is right, what the thing did is harmless',
  TRUE_POSITIVE: 'The thing did something bad',
  UNKNOWN: 'Nobody has decided yet',
};

/** Characters of a note. */
export const longestNote = 1000;

/** What is wrong with a note; undefined: nothing. */
export function noteFault(note: string): string | undefined {
  return [...noteText(note)].length > longestNote ? `Shorten the note to ${longestNote} characters.` : undefined;
}

/** Notes are one line: the server takes no line breaks. */
export function noteText(note: string): string {
  return note.replace(/\p{Cc}+/gu, ' ').trim();
}

export function verdictOf(verificationState: VerificationState, note: string): Verdict {
  const text = noteText(note);
  return { verificationState, ...(text && { verificationStateDescription: text }) };
}
