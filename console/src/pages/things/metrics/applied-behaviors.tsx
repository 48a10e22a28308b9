import Box from '@cloudscape-design/components/box';
import { PageLink } from '../../../commons/link';
import { criteriaText } from '../../../commons/value/criteria';
import { judgedOf } from '../../alarms/series';
import type { Applied } from './behaviors';

/** What the behaviors that judge a metric say. */
export function AppliedBehaviors({ applied }: { applied: Applied[] }) {
  if (applied.length === 0) return <Box color="text-body-secondary">No behavior of the profiles that apply to this thing judges this metric: a profile retains it.</Box>;
  return (
    <ul style={{ margin: 0, paddingInlineStart: 18 }}>
      {applied.map(({ profile, behavior }) => {
        const { apart } = judgedOf(behavior);
        return (
          <li key={`${profile} ${behavior.name}`}>
            <strong>{behavior.name}</strong> of <PageLink to={`/profiles/${encodeURIComponent(profile)}`}>{profile}</PageLink>: {criteriaText(behavior)}. {apart}
          </li>
        );
      })}
    </ul>
  );
}
