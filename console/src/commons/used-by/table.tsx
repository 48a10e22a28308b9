import { retainedText } from './text';
import type { ProfileUse } from './uses';
import { criteriaText } from '../value/criteria';
import { PageLink } from '../link';
import type { TableConfig } from '../table';

/** Security profiles that use a dimension or a metric. */
export const usesTable: TableConfig<ProfileUse> = {
  id: 'used-by',
  one: 'security profile',
  many: 'security profiles',
  key: ({ name }) => name,
  sort: { column: 'name', descending: false },
  columns: [
    { id: 'name', header: 'Security profile', rowHeader: true, minWidth: 180, value: ({ name }) => name, cell: ({ name }) => <PageLink to={`/profiles/${encodeURIComponent(name)}`}>{name}</PageLink> },
    { id: 'behaviors', header: 'Behaviors', minWidth: 320, value: ({ behaviors }) => behaviors?.length, cell: (use) => <Behaviors of={use} /> },
    { id: 'retained', header: 'Metrics retained', minWidth: 220, value: ({ retained }) => retained?.length, cell: ({ retained }) => (retained ? retainedText(retained) : '–') },
  ],
};

function Behaviors({ of: { behaviors } }: { of: ProfileUse }) {
  if (!behaviors) return <>–</>;
  if (behaviors.length === 0) return <>none</>;
  return (
    <>
      {behaviors.map((behavior) => (
        <div key={behavior.name}>
          <strong>{behavior.name}</strong>: {criteriaText(behavior)}
        </div>
      ))}
    </>
  );
}
