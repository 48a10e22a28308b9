import { expect, it } from 'vitest';
import { cliCommand } from './cli';

it('writes the command for a call', () => {
  expect(cliCommand('CreateDimension', { name: 'temp', type: 'TOPIC_FILTER', stringValues: ["it's/#"], clientRequestToken: 't' })).toBe(
    `aws iot create-dimension \\\n    --name temp \\\n    --type TOPIC_FILTER \\\n    --string-values '["it'\\''s/#"]' \\\n    --client-request-token t`,
  );
});
