import Button from '@cloudscape-design/components/button';
import { Empty } from '../states/empty';

export function NoMatch({ many, clear }: { many: string; clear: () => void }) {
  return (
    <Empty title="No matches" action={<Button onClick={clear}>Clear filter</Button>}>
      No {many} match the filter.
    </Empty>
  );
}
