import { PageLink } from '../../../commons/link';
import type { TableConfig } from '../../../commons/table';
import { groupOfTarget, targetHelp, targetTitle } from '../model/target';

/** What a profile is attached to. See model/target.ts. */
export const targetsTable: TableConfig<string> = {
  id: 'profile-targets',
  one: 'target',
  many: 'targets',
  key: (target) => target,
  sort: { column: 'target', descending: false },
  columns: [
    {
      id: 'target',
      header: 'Target',
      rowHeader: true,
      minWidth: 200,
      value: targetTitle,
      cell: (target) => {
        const group = groupOfTarget(target);
        return group ? <PageLink to={`/groups/${encodeURIComponent(group)}`}>{group}</PageLink> : targetTitle(target);
      },
    },
    { id: 'what', header: 'What', minWidth: 260, value: targetHelp, cell: targetHelp },
  ],
};
