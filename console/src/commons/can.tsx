import type { ReactNode } from 'react';
import { useCan } from '../api';

/** Shows its children to those who may do what they offer. */
export function Can({ do: what, children }: { do: Parameters<typeof useCan>[0]; children: ReactNode }) {
  return useCan(what) ? <>{children}</> : null;
}
