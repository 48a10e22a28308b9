import { ResourceTable, useLocalRows } from '../../../../commons/table';
import { Empty } from '../../../../commons/states/empty';
import { retainedOf, type Profile } from '../../model/profile';
import { retainedTable } from '../config';

/** Metrics whose values are kept without a behavior. */
export function RetainedTab({ profile }: { profile: Profile }) {
  const rows = useLocalRows(retainedTable, { data: retainedOf(profile), error: null, isLoading: false, refetch: () => undefined });
  return (
    <ResourceTable
      rows={rows}
      variant="container"
      title="Metrics retained without a behavior"
      description="Values of metrics that a behavior judges are kept anyway"
      empty={<Empty title="No additional metrics">Edit the profile to have values of other metrics kept, for charts and suggested thresholds.</Empty>}
    />
  );
}
