import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { metricInfo, useCan, useOperation, type Input, type Output } from '../../../../api';
import { formatDuration, plural } from '../../../../commons/format';
import { Answer } from '../../../../commons/states/answer';
import type { BehaviorForm } from '../../model/behavior-form';
import type { Choices } from '../choices';
import type { BehaviorFieldsProps } from './behavior-fields';
import { FleetHistogram } from './fleet-histogram';
import { FleetMembers } from './fleet-members';
import { SuggestedThreshold } from './suggested-threshold';

/** What the things of the fleet did so far, behind what one calls normal. */
export function FleetValues(props: BehaviorFieldsProps) {
  const { form, choices } = props;
  const may = useCan('GetDistribution');
  const known = metricInfo(form.metric, choices.custom[form.metric]) !== undefined;
  const query = useOperation('GetDistribution', distributionOf(form, choices), { enabled: may && known });
  if (!may || !known) return null;
  return (
    <div className="vedette-fleet">
      <Answer query={query} what="What the fleet does">
        {(spread) => (
          <SpaceBetween size="m">
            <Box variant="h4" tagOverride="h3">{choices.thingGroupName ? `What thing group ${choices.thingGroupName} does` : 'What the fleet does'}</Box>
            {spread.datapoints === 0 ? <NothingKept /> : <Spread {...props} spread={spread} />}
            {spread.datapoints > 0 && form.check === 'absolute' && <SuggestedThreshold {...props} things={spread.things} />}
          </SpaceBetween>
        )}
      </Answer>
    </div>
  );
}

function distributionOf({ metric, dimension, dimensionOperator }: BehaviorForm, { thingGroupName }: Choices): Input<'GetDistribution'> {
  return {
    metricName: metric,
    ...(dimension && { dimensionName: dimension, dimensionValueOperator: dimensionOperator }),
    ...(thingGroupName && { thingGroupName }),
  };
}

function Spread(props: BehaviorFieldsProps & { spread: Output<'GetDistribution'> }) {
  const { spread } = props;
  const span = spread.endTime - spread.startTime;
  return (
    <SpaceBetween size="s">
      <Box color="text-body-secondary" fontSize="body-s">
        {plural(spread.datapoints, 'datapoint')} of {plural(spread.things, 'thing')} in the last {formatDuration(span)}
      </Box>
      {spread.buckets && <FleetHistogram {...props} />}
      {spread.members && <FleetMembers {...props} />}
    </SpaceBetween>
  );
}

function NothingKept() {
  return (
    <Box color="text-body-secondary">
      No values are kept of this. They are kept as soon as a profile that names the metric is attached, this one too: after some days they show what is normal, and a threshold can be suggested.
    </Box>
  );
}
