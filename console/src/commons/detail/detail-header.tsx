import Header from '@cloudscape-design/components/header';
import type { ReactNode } from 'react';
import { Actions } from '../actions';

/** Header of a page about one resource. actions: buttons. */
export function DetailHeader({ title, description, actions }: { title: string; description?: ReactNode; actions?: ReactNode }) {
  return (
    <Header
      variant="h1"
      description={description}
      actions={actions && <Actions>{actions}</Actions>}
    >
      {title}
    </Header>
  );
}
