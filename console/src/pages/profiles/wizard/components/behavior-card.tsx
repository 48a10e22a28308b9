import Box from '@cloudscape-design/components/box';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Grid from '@cloudscape-design/components/grid';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { criteriaText } from '../../../../commons/value/criteria';
import { behaviorOf, type BehaviorForm } from '../../model/behavior-form';
import { BehaviorFields, type BehaviorFieldsProps } from './behavior-fields';
import { FleetValues } from './fleet-values';

export interface BehaviorCardProps extends BehaviorFieldsProps {
  open: boolean;
  onOpen: (open: boolean) => void;
  onRemove: () => void;
  onCopy: () => void;
  /** Some field is wrong. */
  faulty: boolean;
}

/** One behavior of the wizard: folded a sentence, open its fields beside what the fleet does. */
export function BehaviorCard({ open, onOpen, onRemove, onCopy, faulty, ...fields }: BehaviorCardProps) {
  const { form, fault } = fields;
  const title = form.name || 'New behavior';
  const rest = fault('rest');
  return (
    <ExpandableSection
      variant="container"
      headerText={title}
      headerDescription={form.metric ? criteriaText(behaviorOf(form)) : 'Choose a metric and say what is normal'}
      {...(faulty && !open && { headerInfo: <StatusIndicator type="error">Has errors</StatusIndicator> })}
      headerActions={
        <SpaceBetween direction="horizontal" size="xs">
          {form.check !== 'learned' && <Button iconName="copy" variant="icon" ariaLabel={`Copy behavior ${title}`} onClick={onCopy} />}
          <Button iconName="remove" variant="icon" ariaLabel={`Remove behavior ${title}`} onClick={onRemove} />
        </SpaceBetween>
      }
      expanded={open}
      onChange={({ detail }) => onOpen(detail.expanded)}
    >
      {open && (
        <SpaceBetween size="m">
          {rest && <Alert type="error">{rest}</Alert>}
          {form.check === 'learned' ? (
            <Learned form={form} />
          ) : (
            <Grid gridDefinition={[{ colspan: { default: 12, xs: 6 } }, { colspan: { default: 12, xs: 6 } }]}>
              <BehaviorFields {...fields} />
              <FleetValues {...fields} />
            </Grid>
          )}
        </SpaceBetween>
      )}
    </ExpandableSection>
  );
}

function Learned({ form }: { form: BehaviorForm }) {
  return (
    <Alert type="info" header="A behavior of machine learning">
      It is kept as it is, with confidence <Box variant="strong">{form.source?.criteria?.mlDetectionConfig?.confidenceLevel ?? '–'}</Box>. This version does not judge learned behaviors: it never alarms. Remove it, or leave it for later.
    </Alert>
  );
}
