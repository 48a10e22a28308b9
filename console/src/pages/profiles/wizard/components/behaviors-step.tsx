import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { Empty } from '../../../../commons/states/empty';
import { newBehavior, newId, type BehaviorForm } from '../../model/behavior-form';
import { mostBehaviors } from '../../model/validate';
import type { StepProps } from '../steps';
import { BehaviorCard } from './behavior-card';
import { RetainedRows } from './retained-rows';

/** What is normal, and what is kept besides. */
export function BehaviorsStep(props: StepProps) {
  const { form, change, faults, choices, stops } = props;
  const { behaviors } = form;
  // A profile that has one behavior shows it; of many one opens those one wants to see.
  const [open, setOpen] = useState<string[]>(() => (behaviors.length === 1 ? behaviors.map(({ id }) => id) : []));
  const isFaulty = ({ id }: BehaviorForm) => Object.keys(faults).some((path) => path.startsWith(`${id}.`));
  const [seen, setSeen] = useState(stops);
  if (stops !== seen) {
    setSeen(stops);
    setOpen([...open, ...behaviors.filter(isFaulty).map(({ id }) => id)]);
  }
  const add = (behavior: BehaviorForm, after = behaviors.length) => {
    change({ behaviors: behaviors.toSpliced(after, 0, behavior) });
    setOpen([...open, behavior.id]);
  };
  const button = (
    <Button iconName="add-plus" disabled={behaviors.length >= mostBehaviors} onClick={() => add(newBehavior())}>
      Add behavior
    </Button>
  );
  return (
    <SpaceBetween size="l">
      {faults.behaviors && <Alert type="error">{faults.behaviors}</Alert>}
      {behaviors.map((behavior, index) => (
        <BehaviorCard
          key={behavior.id}
          form={behavior}
          onChange={(changed) => change({ behaviors: behaviors.with(index, changed) }, behavior.id)}
          choices={choices}
          fault={(field) => faults[`${behavior.id}.${field}`]}
          faulty={isFaulty(behavior)}
          open={open.includes(behavior.id)}
          onOpen={(wanted) => setOpen(wanted ? [...open, behavior.id] : open.filter((id) => id !== behavior.id))}
          onRemove={() => change({ behaviors: behaviors.toSpliced(index, 1) }, behavior.id)}
          onCopy={() => add({ ...behavior, id: newId(), name: `${behavior.name}-copy` }, index + 1)}
        />
      ))}
      {behaviors.length === 0 ? (
        <Container header={<Header variant="h2">Behaviors</Header>}>
          <Empty title="No behaviors" action={button}>
            A profile without behaviors judges nothing; it can retain metrics, to find thresholds with.
          </Empty>
        </Container>
      ) : (
        button
      )}
      <RetainedRows {...props} />
    </SpaceBetween>
  );
}
