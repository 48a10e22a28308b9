import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { ApiError, messageOf } from '../../api';

/** An error in place of what could not be loaded, with a way to try again. */
export function Failure({ what, error, retry }: { what: string; error: unknown; retry?: () => void }) {
  const id = error instanceof ApiError ? error.requestId : undefined;
  return (
    <Alert type={isDenied(error) ? 'warning' : 'error'} header={what} action={retry && <Button onClick={retry}>Try again</Button>}>
      {messageOf(error)}
      {id && error instanceof ApiError && error.status >= 500 && <> (Request id for the server&apos;s log: {id})</>}
    </Alert>
  );
}

function isDenied(error: unknown): boolean {
  return error instanceof ApiError && error.denied;
}
