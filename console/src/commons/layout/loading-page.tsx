import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';

/** Stands where a page will be, while its code comes. */
export function LoadingPage() {
  return (
    <Box textAlign="center" padding="xxxl">
      <Spinner size="large" />
      <Box variant="span" className="vedette-hidden">
        Loading
      </Box>
    </Box>
  );
}
