import { LinkButton } from '../link-button';
import { Empty } from '../states/empty';
import { Page } from './page';

export function NotFoundPage() {
  return (
    <Page title="No such page">
      <Empty title="There is no page here" action={<LinkButton to="/">Go to the overview</LinkButton>}>
        The address may be mistyped, or of another version of the console.
      </Empty>
    </Page>
  );
}
