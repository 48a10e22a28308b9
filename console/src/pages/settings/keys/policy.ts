import { examples } from './examples';

const longest = 6144;

/** A policy document to read; what is not JSON stays as it is. */
export function pretty(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), null, 2);
  } catch {
    return document;
  }
}

/** What is wrong with a policy document, before the server has seen it; undefined: nothing. */
export function policyFault(document: string): string | undefined {
  if (document.trim() === '') return 'Type a policy document, or choose an example';
  const size = document.replaceAll(/\s/g, '').length;
  if (size > longest) return `At most ${longest} characters, not counting white space; this has ${size}`;
  try {
    const value: unknown = JSON.parse(document);
    return value !== null && typeof value === 'object' && 'Statement' in value ? undefined : 'A policy document is a JSON object with a Statement';
  } catch (error) {
    return `Not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What a policy is, in few words. */
export function policyTitle(document: string | undefined): string {
  if (!document) return 'Nothing yet';
  let statements: unknown;
  try {
    const value = JSON.parse(document) as { Statement?: unknown };
    const same = examples.find((example) => JSON.stringify(example.document) === JSON.stringify(value));
    if (same) return same.title;
    statements = value.Statement;
  } catch {
    return 'A policy of its own';
  }
  const count = Array.isArray(statements) ? statements.length : 1;
  return count === 0 ? 'Nothing' : `Policy of ${count === 1 ? '1 statement' : `${count} statements`}`;
}

/** What is wrong with the name of an access key; undefined: nothing. */
export function keyNameFault(name: string): string | undefined {
  if (name === '') return 'Type a name';
  if (!/^[\w+=,.@-]*$/.test(name)) return 'Letters, digits and _ + = , . @ - only';
  if (name.length > 64) return `At most 64 characters; this has ${name.length}`;
  if (name === 'root' || /^AKIA[A-Z0-9]{16}$/.test(name)) return 'Not root, and not what looks like the ID of a key';
  return undefined;
}

/** A shared credentials file of AWS with the key as its only profile. */
export function credentialsFile(key: { name: string; accessKeyId: string; secretAccessKey: string }, region: string | undefined): string {
  const lines = [`[${key.name}]`, `aws_access_key_id = ${key.accessKeyId}`, `aws_secret_access_key = ${key.secretAccessKey}`];
  if (region) lines.push(`region = ${region}`);
  return lines.join('\n') + '\n';
}
