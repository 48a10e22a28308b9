import { operations, type Input, type OperationName } from '../../api';
import { kebab } from '../names';

/** The command that makes the same call: aws iot create-dimension --name … */
export function cliCommand<N extends OperationName>(name: N, input: Input<N>): string {
  const program = operations[name].action.startsWith('vedette:') ? 'vedette iot' : 'aws iot';
  const parts = [`${program} ${kebab(name)}`];
  for (const [member, value] of Object.entries(input as Record<string, unknown>)) {
    if (value === undefined || value === null) continue;
    const flag = `--${kebab(member)}`;
    if (typeof value === 'boolean') parts.push(value ? flag : `--no-${kebab(member)}`);
    else parts.push(`${flag} ${shell(typeof value === 'object' ? JSON.stringify(value) : String(value))}`);
  }
  return parts.join(' \\\n    ');
}

/** Quotes a word for a POSIX shell. */
function shell(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
