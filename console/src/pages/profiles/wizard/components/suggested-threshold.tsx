import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useCan, useOperation, type Suggestion } from '../../../../api';
import { plural, shorten } from '../../../../commons/format';
import { Answer } from '../../../../commons/states/answer';
import { criteriaText } from '../../../../commons/value/criteria';
import { withCriteria, type BehaviorForm } from '../../model/behavior-form';
import type { BehaviorFieldsProps } from './behavior-fields';

/** Fleets up to so many things are asked without waiting for a click: it reads all of their values. */
const askedAtOnce = 500;

/** The threshold that the fleet's values suggest, to take over with one click. */
export function SuggestedThreshold(props: BehaviorFieldsProps & { things: number }) {
  const { form, choices, things } = props;
  const may = useCan('GetSuggestions');
  const [asked, setAsked] = useState(false);
  const ask = may && (asked || things <= askedAtOnce);
  const { thingGroupName } = choices;
  const query = useOperation('GetSuggestions', { metricNames: form.metric, ...(thingGroupName && { thingGroupName }) }, { enabled: ask });
  if (!may) return null;
  if (!ask) return <Button onClick={() => setAsked(true)}>Suggest a threshold</Button>;
  return (
    <Answer query={query} what="A suggestion">
      {({ suggestions = [] }) => {
        const suggestion = suggestions.find((one) => fits(one, form));
        return suggestion ? <Suggested {...props} suggestion={suggestion} /> : <Box color="text-body-secondary">The kept values suggest no threshold.</Box>;
      }}
    </Answer>
  );
}

function fits({ metricName, metricDimension }: Suggestion, { metric, dimension, dimensionOperator }: BehaviorForm): boolean {
  return metricName === metric && (metricDimension?.dimensionName ?? '') === dimension && (dimension === '' || (metricDimension?.operator ?? 'IN') === dimensionOperator);
}

function Suggested({ form, onChange, suggestion }: BehaviorFieldsProps & { suggestion: Suggestion }) {
  const { behavior, warnings = [] } = suggestion;
  return (
    <Alert
      type="info"
      header={behavior ? 'Suggested' : 'No threshold is suggested'}
      action={
        behavior && (
          <Button onClick={() => onChange(withCriteria(form, behavior))}>
            Use this
          </Button>
        )
      }
    >
      <SpaceBetween size="xxs">
        {behavior && <div>{criteriaText(behavior)}</div>}
        {behavior && <div>{falseAlarmsText(suggestion)}</div>}
        {warnings.map((warning) => (
          <Box key={warning} fontSize="body-s">
            {warning}
          </Box>
        ))}
      </SpaceBetween>
    </Alert>
  );
}

function falseAlarmsText({ falseAlarms }: Suggestion): string {
  const { alarms = 0, things = 0, thingNames = [] } = falseAlarms ?? {};
  if (alarms === 0) return 'On the kept values it would not have alarmed.';
  return `On the kept values it would have raised ${plural(alarms, 'alarm')} on ${plural(things, 'thing')}: ${shorten(thingNames, 3)}.`;
}
