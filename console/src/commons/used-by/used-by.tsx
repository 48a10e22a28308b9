import type { ReactNode } from 'react';
import { ResourceTable, useLocalRows } from '../table';
import { useUses } from './hooks';
import { usesTable } from './table';
import type { Used } from './uses';

/** The security profiles that use a dimension or a metric, and how. empty: shown when none does. */
export function UsedBy({ used, empty }: { used: Used; empty: ReactNode }) {
  const rows = useLocalRows(usesTable, useUses(used));
  return <ResourceTable rows={rows} variant="container" title="Security profiles that use it" empty={empty} />;
}
