import { readPreference } from '../preferences';
import type { TableConfig } from './config';

export interface TablePreferences {
  pageSize: number;
  /** Ids of columns. */
  visible: string[];
  wrap: boolean;
  compact: boolean;
}

export function pageSizesOf<T>({ pageSizes = [25, 50, 100, 250] }: TableConfig<T>): number[] {
  return pageSizes;
}

export function readTablePreferences<T>(config: TableConfig<T>): TablePreferences {
  const sizes = pageSizesOf(config);
  const fallback: TablePreferences = {
    pageSize: sizes[1] ?? sizes[0] ?? 50,
    visible: config.columns.filter(({ hidden }) => !hidden).map(({ id }) => id),
    wrap: false,
    compact: false,
  };
  const read = (value: unknown): TablePreferences | undefined => {
    if (!value || typeof value !== 'object') return undefined;
    const { pageSize, visible, wrap, compact } = value as Partial<TablePreferences>;
    return {
      pageSize: typeof pageSize === 'number' && sizes.includes(pageSize) ? pageSize : fallback.pageSize,
      visible: Array.isArray(visible) ? visible.filter((id) => config.columns.some((column) => column.id === id)) : fallback.visible,
      wrap: wrap === true,
      compact: compact === true,
    };
  };
  return readPreference(`table.${config.id}`, read) ?? fallback;
}
