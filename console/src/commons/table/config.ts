import type { ReactNode } from 'react';

/** A column of a table. */
export interface Column<T> {
  id: string;
  header: string;
  cell: (item: T) => ReactNode;
  /** What the server sorts by when this column is sorted (server rows). */
  sortBy?: string;
  /** What is compared when this column is sorted (local rows). */
  value?: (item: T) => string | number | undefined;
  width?: number;
  minWidth?: number;
  /** Not shown until it is chosen in the preferences. */
  hidden?: boolean;
  /** Names the row: cannot be hidden. */
  rowHeader?: boolean;
}

/** '=' equals, '!=' differs, ':' contains, '!:' does not contain, '^' begins with. */
export type FilterOperator = '=' | '!=' | ':' | '!:' | '^';

/** What one can filter by. */
export interface FilterProperty<T> {
  key: string;
  label: string;
  /** Of several values: "Profiles". Default: label. */
  group?: string;
  /** Default: '=' only. */
  operators?: FilterOperator[];
  /** All values that there can be: others are dropped when the URL is read. */
  values?: { value: string; label: string }[];
  /** Values to offer; others can be typed. */
  suggestions?: string[];
  /** The item's values (local rows). */
  of?: (item: T) => string | undefined | (string | undefined)[];
}

export interface TableConfig<T> {
  /** Names the preferences in localStorage. */
  id: string;
  /** What the rows are: "thing", "things". */
  one: string;
  many: string;
  key: (item: T) => string;
  columns: Column<T>[];
  filters?: FilterProperty<T>[];
  sort?: Sort;
  /** Default: 25, 50, 100, 250; the second is chosen at first. */
  pageSizes?: number[];
}

/** column: its id. */
export interface Sort {
  column: string;
  descending: boolean;
}

export interface FilterToken {
  key: string;
  operator: FilterOperator;
  value: string;
}
