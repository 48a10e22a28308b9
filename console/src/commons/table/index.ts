export type { Column, FilterProperty, TableConfig } from './config';
export { ResourceTable, type ResourceTableProps } from './resource-table';
export { useLocalRows, useServerRows, type Rows } from './rows';
export { useTableState, type TableState } from './state';
export { filterQuery } from './url';
