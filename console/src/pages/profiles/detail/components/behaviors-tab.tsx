import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';
import { Empty } from '../../../../commons/states/empty';
import { ResourceTable, useLocalRows } from '../../../../commons/table';
import { criteriaTypeOf, type Profile } from '../../model/profile';
import { behaviorsTable } from '../config';
import { ThresholdsChart } from './thresholds-chart';

/** What the profile calls normal. */
export function BehaviorsTab({ name, profile: { behaviors = [] } }: { name: string; profile: Profile }) {
  const statistical = behaviors.filter((behavior) => criteriaTypeOf(behavior) === 'STATISTICAL');
  const learned = behaviors.filter((behavior) => criteriaTypeOf(behavior) === 'MACHINE_LEARNING');
  const [moves, models] = [statistical.length > 0, learned.length > 0];
  const config = useMemo(() => behaviorsTable(name, { statistical: moves, learned: models }), [name, moves, models]);
  const rows = useLocalRows(config, { data: behaviors, error: null, isLoading: false, refetch: () => undefined });
  return (
    <SpaceBetween size="l">
      {models && (
        <Alert type="info" header="Learned behaviors are not judged">
          This version keeps behaviors of machine learning as they are, but never raises an alarm for them: {learned.map((behavior) => behavior.name).join(', ')}.
        </Alert>
      )}
      <ResourceTable
        rows={rows}
        variant="container"
        title="Behaviors"
        empty={<Empty title="No behaviors">The profile only retains metrics. Edit it to say what is normal.</Empty>}
      />
      {moves && <ThresholdsChart profile={name} behaviors={statistical} />}
    </SpaceBetween>
  );
}
