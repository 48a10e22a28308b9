import { describe, expect, it } from 'vitest';
import { createInputOf, importJson } from './json';
import type { Profile } from './profile';
import { createInput } from './profile-form';

const described: Profile = {
  securityProfileName: 'p',
  securityProfileArn: 'arn:aws:iot:us-east-1:000000000000:securityprofile/p',
  behaviors: [{ name: 'b', metric: 'aws:listening-tcp-ports', criteria: { comparisonOperator: 'in-port-set', value: { ports: [443] } } }],
  additionalMetricsToRetain: ['aws:all-bytes-in'],
  additionalMetricsToRetainV2: [{ metric: 'aws:all-bytes-in' }],
  version: 4,
  creationDate: 1700000000.5,
  lastModifiedDate: 1700000000.5,
};
const input = { securityProfileName: 'p', behaviors: described.behaviors, additionalMetricsToRetainV2: described.additionalMetricsToRetainV2 };

it('leaves out what the server adds', () => {
  expect(createInputOf(described)).toEqual(input);
});

describe('importJson', () => {
  const read = (value: unknown) => importJson(typeof value === 'string' ? value : JSON.stringify(value));
  it.each([
    ['what describe prints', described, input],
    ['what create takes', { ...input, tags: [{ Key: 'a', Value: '1' }] }, { ...input, tags: [{ Key: 'a', Value: '1' }] }],
    ['what the export wrote', createInputOf(described), input],
    ['a list of behaviors', described.behaviors, { securityProfileName: '', behaviors: described.behaviors }],
    ['the old list of metrics', { securityProfileName: 'p', additionalMetricsToRetain: ['aws:all-bytes-in'] }, { securityProfileName: 'p', additionalMetricsToRetainV2: [{ metric: 'aws:all-bytes-in' }] }],
    ['null as absent', { securityProfileName: 'p', behaviors: null }, { securityProfileName: 'p' }],
  ])('ok/%s', (_, value, want) => {
    const imported = read(value);
    expect('form' in imported && createInput(imported.form)).toEqual(want);
  });

  it('says what it left out', () => {
    expect(read(described)).toMatchObject({ notes: ['Left out, as the server makes them: securityProfileArn, version, creationDate, lastModifiedDate.'] });
  });

  it.each([
    ['{', /no JSON/],
    ['5', /an object is expected/],
    [{ name: 'p' }, /no member name\. Its members are securityProfileName/],
    [{ securityProfileName: 5 }, /securityProfileName should be a text, not number/],
    [{ behaviors: {} }, /behaviors should be an array, not object/],
    [{ behaviors: ['b'] }, /behaviors\[0\] should be an object, not string/],
    [{ behaviors: [{ metric: 'm' }] }, /behaviors\[0\]\.name should be a text, not absent/],
    [{ behaviors: [{ name: 'b', criteria: { value: 5 } }] }, /behaviors\[0\]\.criteria\.value should be an object/],
    [{ additionalMetricsToRetainV2: [{}] }, /additionalMetricsToRetainV2\[0\]/],
    [{ additionalMetricsToRetain: [5] }, /additionalMetricsToRetain should be a list/],
    [{ tags: [{ key: 'a' }] }, /tags\[0\]/],
  ])('fail/%j', (value, want) => {
    expect(read(value)).toEqual({ error: expect.stringMatching(want) });
  });
});
