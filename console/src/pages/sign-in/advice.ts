import { ApiError, messageOf } from '../../api';

/** What to do about a sign-in that failed. */
export function advice(error: unknown): string {
  if (!(error instanceof ApiError)) return messageOf(error);
  switch (error.code) {
    case 'UnrecognizedClientException':
      return 'There is no active access key with this ID. Check it for missing characters.';
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
      return /expired|too early|not yet|skew|clock/i.test(error.message)
        ? `The clock of this device differs from the server's. Set it right and try again. (${error.message})`
        : 'The secret access key does not belong to this ID. Check it for missing characters.';
    default:
      return error.message;
  }
}
