import CollectionPreferences from '@cloudscape-design/components/collection-preferences';
import type { TableConfig } from './config';
import { pageSizesOf } from './preferences';
import type { TableState } from './state';

/** Page size, columns and lines of a table. */
export function TablePreferencesDialog<T>({ config, state }: { config: TableConfig<T>; state: TableState }) {
  const { pageSize, visible, wrap, compact } = state.preferences;
  return (
    <CollectionPreferences
      title="Preferences"
      confirmLabel="Confirm"
      cancelLabel="Cancel"
      preferences={{ pageSize, visibleContent: visible, wrapLines: wrap, contentDensity: compact ? 'compact' : 'comfortable' }}
      onConfirm={({ detail }) =>
        state.setPreferences({
          pageSize: detail.pageSize ?? pageSize,
          visible: [...(detail.visibleContent ?? visible)],
          wrap: detail.wrapLines ?? wrap,
          compact: detail.contentDensity === 'compact',
        })
      }
      pageSizePreference={{
        title: 'Page size',
        options: pageSizesOf(config).map((value) => ({ value, label: `${value} ${config.many}` })),
      }}
      wrapLinesPreference={{ label: 'Wrap lines', description: 'Show all of a text' }}
      contentDensityPreference={{ label: 'Compact', description: 'Show more rows' }}
      visibleContentPreference={{
        title: 'Columns',
        options: [{ label: config.many, options: config.columns.map(({ id, header, rowHeader }) => ({ id, label: header, editable: !rowHeader })) }],
      }}
    />
  );
}
