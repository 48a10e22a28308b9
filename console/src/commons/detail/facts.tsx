import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import type { ReactNode } from 'react';

/** Facts of a resource: label → value. undefined leaves one out; an absent value is given as '–'. */
export function Facts({ of, columns = 4 }: { of: Record<string, ReactNode | undefined>; columns?: number }) {
  const items = Object.entries(of).flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
  return <KeyValuePairs columns={columns} items={items} />;
}
