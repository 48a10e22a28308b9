import Pagination from '@cloudscape-design/components/pagination';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { Empty } from '../states/empty';
import { Failure } from '../states/failure';
import type { Column, TableConfig } from './config';
import { TableFilter } from './filter';
import { TableHeader } from './header';
import { NoMatch } from './no-match';
import { TablePreferencesDialog } from './preferences-dialog';
import type { Rows } from './rows';

export interface ResourceTableProps<T> {
  /** Of useServerRows or useLocalRows. */
  rows: Rows<T>;
  title: string;
  description?: ReactNode;
  /** Buttons right of the title. */
  actions?: ReactNode;
  /** Beside the filter: a time range, a select. */
  controls?: ReactNode;
  /** Shown when there is nothing at all: an Empty that says what to do. */
  empty?: ReactNode;
  selection?: 'single' | 'multi';
  selected?: T[];
  onSelect?: (items: T[]) => void;
  /** container: one of several on a page; embedded: inside of a container or tab. Default: a whole page's table. */
  variant?: 'full-page' | 'container' | 'embedded';
}

/** A table of resources with filter, sorting, pages, preferences, selection and all its states. */
export function ResourceTable<T>(props: ResourceTableProps<T>) {
  const { rows, selection, selected = [], onSelect, variant = 'full-page' } = props;
  const { config, state } = rows;
  const columns = config.columns.map(definition);
  const sort = state.sort;
  const sorting = sort && columns.find(({ id }) => id === sort.column);
  return (
    <Table
      variant={variant}
      items={rows.error ? [] : rows.items}
      trackBy={config.key}
      columnDefinitions={columns}
      columnDisplay={config.columns.map(({ id, rowHeader }) => ({ id, visible: rowHeader || state.preferences.visible.includes(id) }))}
      wrapLines={state.preferences.wrap}
      contentDensity={state.preferences.compact ? 'compact' : 'comfortable'}
      stickyHeader={variant === 'full-page'}
      resizableColumns
      enableKeyboardNavigation
      loading={rows.loading}
      loadingText={`Loading ${config.many}`}
      empty={<EmptyTable {...props} />}
      header={<TableHeader {...props} />}
      filter={<FilterBar {...props} />}
      pagination={<TablePagination rows={rows} />}
      preferences={<TablePreferencesDialog config={config} state={state} />}
      {...(sorting && { sortingColumn: sorting, sortingDescending: sort.descending })}
      onSortingChange={({ detail }) => {
        const id = (detail.sortingColumn as TableProps.ColumnDefinition<T>).id;
        if (id) state.setSort({ column: id, descending: detail.isDescending ?? false });
      }}
      {...(selection && { selectionType: selection, selectedItems: selected })}
      onSelectionChange={({ detail }) => onSelect?.(detail.selectedItems)}
      ariaLabels={ariaLabels(config, props.title)}
    />
  );
}

function definition<T>({ id, header, cell, sortBy, value, width, minWidth, rowHeader }: Column<T>): TableProps.ColumnDefinition<T> {
  return {
    id,
    header,
    cell,
    isRowHeader: rowHeader ?? false,
    minWidth: minWidth ?? 100,
    ...(width !== undefined && { width }),
    ...((sortBy || value) && { sortingField: id }),
  };
}

function FilterBar<T>({ rows, controls }: ResourceTableProps<T>) {
  if (!rows.config.filters?.length && !controls) return null;
  return (
    <div className="vedette-filter-bar">
      <div className="vedette-filter">
        <TableFilter rows={rows} />
      </div>
      {controls}
    </div>
  );
}

function EmptyTable<T>({ rows, empty }: ResourceTableProps<T>) {
  const { config, state, error, retry } = rows;
  if (error) return <Failure what={`The ${config.many} cannot be listed`} error={error} retry={retry} />;
  if (state.filters.length > 0) return <NoMatch many={config.many} clear={() => state.setFilters([])} />;
  return <>{empty ?? <Empty title={`No ${config.many}`} />}</>;
}

function TablePagination<T>({ rows }: { rows: Rows<T> }) {
  if (rows.pageCount === 1 && !rows.openEnd) return null;
  return (
    <Pagination
      currentPageIndex={rows.page}
      pagesCount={rows.pageCount}
      openEnd={rows.openEnd}
      disabled={rows.loading}
      onChange={({ detail }) => rows.setPage(detail.currentPageIndex)}
    />
  );
}

function ariaLabels<T>({ one, many, key }: TableConfig<T>, title: string): TableProps.AriaLabels<T> {
  return {
    tableLabel: title,
    selectionGroupLabel: `Selection of ${many}`,
    allItemsSelectionLabel: () => `Select all ${many} of this page`,
    itemSelectionLabel: (_, item) => `Select ${one} ${key(item)}`,
  };
}
