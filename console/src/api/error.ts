/** A failure of a call, as the server words it, or as we do when it cannot be reached. */
export class ApiError extends Error {
  readonly code: string;
  /** HTTP status; 0: there was no answer. */
  readonly status: number;
  readonly requestId: string | undefined;

  constructor(code: string, message: string, status: number, requestId?: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.requestId = requestId;
  }

  /** The session has ended, or never was. */
  get signedOut(): boolean {
    return this.code === 'UnrecognizedClientException' || this.code === 'MissingAuthenticationTokenException';
  }

  get notFound(): boolean {
    return this.code === 'ResourceNotFoundException';
  }

  get denied(): boolean {
    return this.code === 'AccessDeniedException' || this.code === 'UnauthorizedException';
  }

  /** The same call may succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Reads the error out of an answer that is not 2xx. */
export async function errorOf(response: Response): Promise<ApiError> {
  const code = response.headers.get('x-amzn-ErrorType')?.split(':')[0] ?? '';
  const id = response.headers.get('x-amzn-RequestId') ?? undefined;
  let message = '';
  try {
    const body: unknown = await response.json();
    if (body && typeof body === 'object' && 'message' in body) message = String(body.message);
  } catch {
    // no JSON: something between us and the server answered
  }
  if (!code && !message) {
    return new ApiError('NoAnswer', `Vedette did not answer; something in between said ${response.status} ${response.statusText}.`, response.status, id);
  }
  return new ApiError(code || 'UnknownError', message || code, response.status, id);
}

export function unreachable(): ApiError {
  return new ApiError('Unreachable', 'Vedette cannot be reached. Check that the server runs and that this machine has a network.', 0);
}

const fault = /Value(?: '[^]*?')? at '([^']+)' failed to satisfy constraint: (Member must [^]*?)(?=; Value(?: '[^]*?')? at '|$)/g;

/** Faults of single members that an InvalidRequestException names: path of the member → what is wrong. */
export function memberFaults(error: unknown): Record<string, string> {
  const faults: Record<string, string> = {};
  if (!(error instanceof ApiError) || error.code !== 'InvalidRequestException') return faults;
  for (const [, path, text] of error.message.matchAll(fault)) {
    if (path && text) faults[path] ??= text.replace(/^Member must/, 'Must');
  }
  return faults;
}

/** What to tell a person of any failure. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
