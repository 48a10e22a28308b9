import Header from '@cloudscape-design/components/header';
import { Actions } from '../actions';
import { formatNumber } from '../format';
import type { ResourceTableProps } from './resource-table';

/** Title of a table with how many rows there are, and how many are selected. */
export function TableHeader<T>({ rows, title, description, actions, selected = [], variant = 'full-page' }: ResourceTableProps<T>) {
  const total = rows.total === undefined ? '' : formatNumber(rows.total);
  const counter = selected.length > 0 ? `(${selected.length}${total && `/${total}`})` : total && `(${total})`;
  return (
    <Header
      variant={variant === 'full-page' ? 'awsui-h1-sticky' : 'h2'}
      description={description}
      actions={actions && <Actions>{actions}</Actions>}
      {...(counter && !rows.loading && { counter })}
    >
      {title}
    </Header>
  );
}
