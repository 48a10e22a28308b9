import type { SecurityProfileTargetMapping } from '../../../api';
import { PageLink } from '../../../commons/link';
import { nameOfArn } from '../../../commons/names';
import type { TableConfig } from '../../../commons/table';

/** A security profile and the group that it is attached to. */
export interface Attached {
  profile: string;
  /** ARN of the group. */
  target: string;
}

export function attachedOf({ securityProfileIdentifier, target }: SecurityProfileTargetMapping): Attached[] {
  return securityProfileIdentifier && target ? [{ profile: securityProfileIdentifier.name, target: target.arn }] : [];
}

/** group: whose profiles these are. */
export function profilesTable(group: string): TableConfig<Attached> {
  const through = ({ target }: Attached) => nameOfArn(target);
  return {
    id: 'group-profiles',
    one: 'security profile',
    many: 'security profiles',
    key: ({ profile, target }) => `${profile} ${target}`,
    sort: { column: 'profile', descending: false },
    columns: [
      { id: 'profile', header: 'Security profile', rowHeader: true, minWidth: 220, value: ({ profile }) => profile, cell: ({ profile }) => <PageLink to={`/profiles/${encodeURIComponent(profile)}`}>{profile}</PageLink> },
      {
        id: 'through',
        header: 'Attached to',
        minWidth: 200,
        value: through,
        cell: (attached) => (through(attached) === group ? 'This group' : <PageLink to={`/groups/${encodeURIComponent(through(attached))}`}>{through(attached)}</PageLink>),
      },
    ],
  };
}
