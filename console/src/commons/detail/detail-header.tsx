import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

/** Header of a page about one resource. actions: buttons. */
export function DetailHeader({ title, description, actions }: { title: string; description?: ReactNode; actions?: ReactNode }) {
  return (
    <Header
      variant="h1"
      description={description}
      actions={
        actions && (
          <SpaceBetween direction="horizontal" size="xs">
            {actions}
          </SpaceBetween>
        )
      }
    >
      {title}
    </Header>
  );
}
