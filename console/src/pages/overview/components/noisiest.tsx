import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { NoisyBehavior, NoisyThing } from '../../../api';
import { Empty } from '../../../commons/states/empty';
import { filterQuery } from '../../../commons/table';
import { Shares } from './shares';

/** Things and behaviors with the most alarms in the last 24 hours. */
export function Noisiest({ things, behaviors }: { things: NoisyThing[]; behaviors: NoisyBehavior[] }) {
  return (
    <Container fitHeight header={<Header variant="h2">Noisiest in the last 24 hours</Header>}>
      {things.length === 0 && behaviors.length === 0 ? (
        <Empty title="No alarm in the last 24 hours" />
      ) : (
        <SpaceBetween size="l">
          <Box>
            <Box variant="awsui-key-label">Things</Box>
            <Shares entries={things.map(({ thingName, alarms }) => ({ label: thingName, count: alarms, to: `/things/${encodeURIComponent(thingName)}` }))} />
          </Box>
          <Box>
            <Box variant="awsui-key-label">Behaviors</Box>
            <Shares
              entries={behaviors.map(({ securityProfileName, behaviorName, alarms }) => ({
                label: `${behaviorName} (${securityProfileName})`,
                count: alarms,
                to: `/alarms/history${filterQuery({ securityProfileName, behaviorName })}`,
              }))}
            />
          </Box>
        </SpaceBetween>
      )}
    </Container>
  );
}
