/**
 * A clientRequestToken: the same call with the same one makes nothing twice. Not
 * crypto.randomUUID, which browsers have on secure pages only.
 */
export function requestToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
