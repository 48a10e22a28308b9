import { consoleHeader } from './client';
import { errorOf, unreachable } from './error';

/** Where everybody gets the root certificate of Vedette's own certificate authority. */
export const rootCaPath = '/ca.pem';

/** The root certificate, as PEM. Rejects with ApiError. */
export async function rootCertificate(signal?: AbortSignal): Promise<string> {
  let response: Response;
  try {
    response = await fetch(rootCaPath, { headers: consoleHeader, credentials: 'same-origin', ...(signal && { signal }) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
  if (!response.ok) throw await errorOf(response);
  return response.text();
}
