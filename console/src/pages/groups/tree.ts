import { useQueries } from '@tanstack/react-query';
import { call, type GroupNameAndArn } from '../../api';

/** A thing group of the tree. */
export interface GroupRow {
  name: string;
  arn: string;
  /** undefined: not known yet. */
  children: GroupRow[] | undefined;
}

/** Child groups that a group of the tree shows. */
const most = 250;

/** Children of groups by name, and of which groups they are known. */
function useChildren(names: string[]): Map<string, GroupNameAndArn[]> {
  return useQueries({
    queries: names.map((parentGroup) => ({
      queryKey: ['ListThingGroups', { parentGroup, recursive: false, maxResults: most }],
      queryFn: ({ signal }: { signal: AbortSignal }) => call('ListThingGroups', { parentGroup, recursive: false, maxResults: most }, { signal }),
    })),
    combine: (results) => new Map(results.flatMap(({ data }, i) => (data ? [[names[i] ?? '', data.thingGroups ?? []] as const] : []))),
  });
}

/** The tree of groups below some, as far as it is open. A group's children are asked for before it is opened, to tell whether it has any. */
export function useTree(roots: GroupNameAndArn[], open: string[]): GroupRow[] {
  const opened = useChildren(open);
  const shown = [...new Set([...roots, ...[...opened.values()].flat()].flatMap(({ groupName }) => groupName ?? []))];
  const children = useChildren(shown);
  return rowsOf(roots, children, new Set(open));
}

/** Rows of groups; children of those that are not open have no children of their own yet. */
export function rowsOf(groups: GroupNameAndArn[], children: Map<string, GroupNameAndArn[]>, open: Set<string>): GroupRow[] {
  return groups.map(({ groupName: name = '', groupArn: arn = '' }) => {
    const below = children.get(name);
    return { name, arn, children: below && (open.has(name) ? rowsOf(below, children, open) : below.map(({ groupName = '', groupArn = '' }) => ({ name: groupName, arn: groupArn, children: undefined }))) };
  });
}

/** All rows of a tree, those below others too. */
export function flatten(rows: GroupRow[]): GroupRow[] {
  return rows.flatMap((row) => [row, ...flatten(row.children ?? [])]);
}
