import type { ReactNode } from 'react';

/** Buttons beside each other, also out of a fragment (SpaceBetween of Cloudscape takes that for one). */
export function Actions({ children }: { children: ReactNode }) {
  return <div className="vedette-actions">{children}</div>;
}
