import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

// AWS Signature Version 4, for the one signed request that the console makes: the
// sign-in. WebCrypto is there on https and localhost only, so it cannot be used.

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface Unsigned {
  method: string;
  host: string;
  /** Encoded path without a query. */
  path: string;
  region: string;
  body?: string;
  service?: string;
}

/** Headers that sign a request: Authorization and X-Amz-Date. */
export function sign(request: Unsigned, credentials: Credentials, now: Date): Record<string, string> {
  const { method, host, path, region, body = '', service = 'iot' } = request;
  const at = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = at.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const canonical = [method, path, '', `host:${host}`, `x-amz-date:${at}`, '', 'host;x-amz-date', hash(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', at, scope, hash(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce(
    (key, part) => hmac(sha256, key, utf8ToBytes(part)),
    utf8ToBytes(`AWS4${credentials.secretAccessKey}`) as Uint8Array,
  );
  const signature = bytesToHex(hmac(sha256, key, utf8ToBytes(text)));
  return {
    'X-Amz-Date': at,
    Authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
}

function hash(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
