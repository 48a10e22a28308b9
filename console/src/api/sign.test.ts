import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sign } from './sign';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const now = new Date('2015-08-30T12:36:00.000Z');

describe('sign', () => {
  // Cases get-vanilla and post-vanilla of AWS's test suite for Signature Version 4.
  it.each([
    ['GET', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['POST', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  ])('%s of the test suite', (method, signature) => {
    const headers = sign({ method, host: 'example.amazonaws.com', path: '/', region: 'us-east-1', service: 'service' }, credentials, now);
    expect(headers).toEqual({
      'X-Amz-Date': '20150830T123600Z',
      Authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    });
  });

  it('signs the sign-in as another implementation does', () => {
    const { Authorization } = sign({ method: 'POST', host: 'vedette.example:8080', path: '/vedette/v1/session', region: 'eu-west-1', body: 'é' }, credentials, now);
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const canonical = `POST\n/vedette/v1/session\n\nhost:vedette.example:8080\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n${hash('é')}`;
    const text = `AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/eu-west-1/iot/aws4_request\n${hash(canonical)}`;
    let key: Buffer | string = `AWS4${credentials.secretAccessKey}`;
    for (const part of ['20150830', 'eu-west-1', 'iot', 'aws4_request']) key = createHmac('sha256', key).update(part).digest();
    expect(Authorization).toContain(`Signature=${createHmac('sha256', key).update(text).digest('hex')}`);
  });
});
