import { Fragment } from 'react';
import { useCan, useOperation } from '../../../api';
import { PageLink } from '../../../commons/link';
import { shorten } from '../../../commons/format';

/** Profiles that are named; of more the number is told. */
const most = 3;

/** The security profiles that are attached to a group itself. */
export function AttachedProfiles({ groupArn }: { groupArn: string }) {
  const may = useCan('ListSecurityProfilesForTarget');
  const { data } = useOperation('ListSecurityProfilesForTarget', { securityProfileTargetArn: groupArn, recursive: false, maxResults: 250 }, { enabled: may });
  if (!data) return <>–</>;
  const names = (data.securityProfileTargetMappings ?? []).flatMap(({ securityProfileIdentifier }) => securityProfileIdentifier?.name ?? []);
  if (names.length === 0) return <>None</>;
  if (names.length > most) return <span title={names.join(', ')}>{shorten(names, most)}</span>;
  return names.map((name, i) => (
    <Fragment key={name}>
      {i > 0 && ', '}
      <PageLink to={`/profiles/${encodeURIComponent(name)}`}>{name}</PageLink>
    </Fragment>
  ));
}
