import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { examples } from './examples';
import { credentialsFile, keyNameFault, policyFault, policyTitle } from './policy';

it.each(examples)('has the policy $id of the documentation', ({ id, document }) => {
  const text = readFileSync(new URL('../../../../../docs/operations.md', import.meta.url), 'utf8');
  const block = new RegExp(`\\*\\*${id}\\.json\\*\\*[^]*?\`\`\`json\n([^]*?)\`\`\``).exec(text)?.[1] ?? '';
  expect(document).toEqual(JSON.parse(block));
});

it('calls an example by its name, and others by their size', () => {
  expect(policyTitle(JSON.stringify(examples[0]?.document, null, 4))).toBe('Read-only');
  expect(policyTitle('{"Version":"2012-10-17","Statement":{"Effect":"Allow"}}')).toBe('Policy of 1 statement');
  expect(policyTitle('{"Statement":[{},{}]}')).toBe('Policy of 2 statements');
  expect(policyTitle('{"Statement":[]}')).toBe('Nothing');
  expect(policyTitle('')).toBe('Nothing yet');
  expect(policyTitle(undefined)).toBe('Nothing yet');
});

it('finds faults of a document', () => {
  expect(policyFault('{"Statement":[]}')).toBeUndefined();
  expect(policyFault(' ')).toMatch(/Type/);
  expect(policyFault('{')).toMatch(/^Not JSON/);
  expect(policyFault('[]')).toMatch(/Statement/);
  expect(policyFault(JSON.stringify({ Statement: 'x'.repeat(6140) }))).toMatch(/6144/);
  expect(policyFault(JSON.stringify({ Statement: 'x' }) + ' '.repeat(7000))).toBeUndefined();
});

it('finds faults of a name', () => {
  expect(keyNameFault('ops@acme.example')).toBeUndefined();
  for (const name of ['', 'a b', 'root', 'AKIAMTPBZ67X6UXRTTEW', 'x'.repeat(65)]) expect(keyNameFault(name)).toBeDefined();
});

it('writes a credentials file', () => {
  expect(credentialsFile({ name: 'ops', accessKeyId: 'AKIA', secretAccessKey: 's' }, 'us-east-1')).toBe(
    '[ops]\naws_access_key_id = AKIA\naws_secret_access_key = s\nregion = us-east-1\n',
  );
});
