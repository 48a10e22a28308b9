import Box from '@cloudscape-design/components/box';
import Table from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { PageLink } from '../../../commons/link';
import { flatten, type GroupRow } from '../tree';
import { AttachedProfiles } from './attached-profiles';

interface GroupTreeProps {
  rows: GroupRow[];
  open: string[];
  onOpen: (open: string[]) => void;
  selected: string | undefined;
  /** Absent: none can be selected. */
  onSelect?: ((name: string | undefined) => void) | undefined;
  loading: boolean;
  header: ReactNode;
  filter: ReactNode;
  pagination: ReactNode;
  empty: ReactNode;
}

/** Thing groups as a tree. */
export function GroupTree({ rows, open, onOpen, selected, onSelect, loading, header, filter, pagination, empty }: GroupTreeProps) {
  const all = flatten(rows);
  return (
    <Table
      variant="full-page"
      stickyHeader
      items={rows}
      trackBy={({ name }) => name}
      loading={loading}
      loadingText="Loading thing groups"
      header={header}
      filter={filter}
      pagination={pagination}
      empty={empty}
      enableKeyboardNavigation
      {...(onSelect && {
        selectionType: 'single' as const,
        selectedItems: all.filter(({ name }) => name === selected),
        onSelectionChange: ({ detail }: { detail: { selectedItems: GroupRow[] } }) => onSelect(detail.selectedItems[0]?.name),
      })}
      expandableRows={{
        getItemChildren: ({ children = [] }) => children,
        isItemExpandable: ({ children = [] }) => children.length > 0,
        expandedItems: all.filter(({ name }) => open.includes(name)),
        onExpandableItemToggle: ({ detail }) => onOpen(detail.expanded ? [...open, detail.item.name] : open.filter((name) => name !== detail.item.name)),
      }}
      ariaLabels={{
        tableLabel: 'Thing groups',
        selectionGroupLabel: 'Selection of thing groups',
        itemSelectionLabel: (_, { name }) => `Select thing group ${name}`,
        expandButtonLabel: ({ name }) => `Show groups below ${name}`,
        collapseButtonLabel: ({ name }) => `Hide groups below ${name}`,
      }}
      columnDefinitions={[
        { id: 'name', header: 'Name', isRowHeader: true, minWidth: 240, cell: ({ name }) => <PageLink to={`/groups/${encodeURIComponent(name)}`}>{name}</PageLink> },
        { id: 'below', header: 'Groups below', minWidth: 120, cell: ({ children }) => <Box variant="span">{children === undefined ? '–' : children.length}</Box> },
        { id: 'profiles', header: 'Attached security profiles', minWidth: 220, cell: ({ arn }) => <AttachedProfiles groupArn={arn} /> },
      ]}
    />
  );
}
