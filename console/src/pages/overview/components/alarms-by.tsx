import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ActiveAlarms } from '../../../api';
import { Empty } from '../../../commons/states/empty';
import { filterQuery } from '../../../commons/table';
import { criteriaTypes, verificationStates } from '../../../i18n-strings';
import { Shares } from './shares';

/** Active alarms by kind of behavior, profile and verification state. */
export function AlarmsBy({ activeAlarms: { total, byType, byProfile, byVerificationState } }: { activeAlarms: ActiveAlarms }) {
  return (
    <Container fitHeight header={<Header variant="h2">Active alarms</Header>}>
      {total === 0 ? (
        <Empty title="No thing is in alarm">Alarms show here when things leave what a security profile calls normal.</Empty>
      ) : (
        <SpaceBetween size="l">
          <Box>
            <Box variant="awsui-key-label">By security profile</Box>
            <Shares
              entries={byProfile.map(({ securityProfileName, count }) => ({ label: securityProfileName, count, to: `/alarms${filterQuery({ securityProfileName })}` }))}
            />
          </Box>
          <Box>
            <Box variant="awsui-key-label">By behavior type</Box>
            <Shares
              entries={byType.map(({ criteriaType, count }) => ({ label: criteriaTypes[criteriaType], count, to: `/alarms${filterQuery({ behaviorCriteriaType: criteriaType })}` }))}
            />
          </Box>
          <Box>
            <Box variant="awsui-key-label">By verification state</Box>
            <Shares
              entries={byVerificationState.map(({ verificationState, count }) => ({ label: verificationStates[verificationState], count, to: `/alarms${filterQuery({ verificationState })}` }))}
            />
          </Box>
        </SpaceBetween>
      )}
    </Container>
  );
}
