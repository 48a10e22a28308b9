import Container from '@cloudscape-design/components/container';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { CopyButton } from '../../../../commons/copy/copy-button';
import { Facts } from '../../../../commons/detail/facts';
import { PageLink } from '../../../../commons/link';
import { filterQuery } from '../../../../commons/table';
import { At } from '../../../../commons/time/ago';
import { criteriaTypes } from '../../../../i18n-strings';
import { AlertState } from '../../components/alert-state';
import { criteriaTypesOf, type Profile } from '../../model/profile';

/** What one wants to know of a profile at first sight. */
export function ProfileFacts({ profile, alarms }: { profile: Profile; alarms: number | undefined }) {
  const { securityProfileName, securityProfileArn = '', alertTargets, version, creationDate, lastModifiedDate } = profile;
  const types = criteriaTypesOf(profile);
  return (
    <Container>
      <Facts
        of={{
          'Active alarms': alarms === undefined ? undefined : <AlarmCount name={securityProfileName} count={alarms} />,
          'Threshold type': types.map((type) => criteriaTypes[type]).join(', ') || 'None: it only retains metrics',
          Notifications: (
            <>
              <AlertState of={profile} />
              {alertTargets?.SNS && <div className="vedette-mono">{alertTargets.SNS.alertTargetArn}</div>}
            </>
          ),
          Version: version,
          Created: <At time={creationDate} />,
          Changed: <At time={lastModifiedDate} />,
          ARN: <CopyButton inline text={securityProfileArn} what="ARN" />,
        }}
      />
    </Container>
  );
}

function AlarmCount({ name, count }: { name: string | undefined; count: number }) {
  if (count === 0) return <StatusIndicator type="success">None</StatusIndicator>;
  return (
    <StatusIndicator type="error">
      <PageLink to={`/alarms${filterQuery({ securityProfileName: name })}`}>{count}</PageLink>
    </StatusIndicator>
  );
}
