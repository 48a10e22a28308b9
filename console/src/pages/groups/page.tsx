import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useCan, usePages } from '../../api';
import { Actions } from '../../commons/actions';
import { Can } from '../../commons/can';
import { Page } from '../../commons/layout/page';
import { Empty } from '../../commons/states/empty';
import { Failure } from '../../commons/states/failure';
import { CreateGroup } from './components/create-group';
import { DeleteGroup } from './components/delete-group';
import { GroupTree } from './components/group-tree';
import { groupsHelp } from './help';
import { flatten, useTree } from './tree';

const pageSize = 50;

/** All thing groups as a tree; what is searched is found on all levels. */
export default function GroupsPage() {
  const [search, setSearch] = useSearchParams();
  const prefix = (search.get('search') ?? '').slice(0, 128);
  const pages = usePages('ListThingGroups', prefix ? { namePrefixFilter: prefix } : { recursive: false }, pageSize);
  const [open, setOpen] = useState<string[]>([]);
  const rows = useTree(pages.items, open);
  const [selectedName, select] = useState<string>();
  const [dialog, setDialog] = useState<'create' | 'delete'>();
  const mayDelete = useCan('DeleteThingGroup');
  const mayCreate = useCan('CreateThingGroup');
  const selected = flatten(rows).find(({ name }) => name === selectedName);
  const find = (text: string) =>
    setSearch(
      (search) => {
        if (text) search.set('search', text);
        else search.delete('search');
        return search;
      },
      { replace: true },
    );
  const create = (
    <Can do="CreateThingGroup">
      <Button variant="primary" onClick={() => setDialog('create')}>
        Create thing group
      </Button>
    </Can>
  );
  return (
    <Page title="Thing groups" type="table" breadcrumbs={[{ text: 'Thing groups' }]} help={groupsHelp}>
      <GroupTree
        rows={rows}
        open={open}
        onOpen={setOpen}
        selected={selected?.name}
        onSelect={mayDelete || mayCreate ? select : undefined}
        loading={pages.loading}
        header={
          <Header
            variant="awsui-h1-sticky"
            description="What is attached to a group applies to its things and to those of the groups below it"
            actions={
              <Actions>
                {mayDelete && (
                  <Button
                    disabled={!selected || selected.children?.length !== 0}
                    disabledReason={selected?.children?.length ? 'Delete the groups below it first.' : undefined}
                    onClick={() => setDialog('delete')}
                  >
                    Delete
                  </Button>
                )}
                {create}
              </Actions>
            }
          >
            Thing groups
          </Header>
        }
        filter={<TextFilter filteringText={prefix} filteringPlaceholder="Find thing groups by the beginning of their name" filteringAriaLabel="Find thing groups" onChange={({ detail }) => find(detail.filteringText)} />}
        pagination={
          (pages.pageCount > 1 || pages.openEnd) && (
            <Pagination currentPageIndex={pages.page} pagesCount={pages.pageCount} openEnd={pages.openEnd} disabled={pages.loading} onChange={({ detail }) => pages.setPage(detail.currentPageIndex)} />
          )
        }
        empty={
          pages.error ? (
            <Failure what="The thing groups cannot be listed" error={pages.error} retry={pages.retry} />
          ) : prefix ? (
            <Empty title="No matches" action={<Button onClick={() => find('')}>Clear filter</Button>}>
              No thing group begins with {prefix}.
            </Empty>
          ) : (
            <Empty title="No thing groups" action={create}>
              Groups say which security profiles apply to which things.
            </Empty>
          )
        }
      />
      {dialog === 'create' && (
        <CreateGroup
          parent={selected?.name ?? ''}
          onDone={() => {
            if (selected && !open.includes(selected.name)) setOpen([...open, selected.name]);
            setDialog(undefined);
          }}
          onCancel={() => setDialog(undefined)}
        />
      )}
      {dialog === 'delete' && selected && (
        <DeleteGroup
          name={selected.name}
          onDone={() => {
            setDialog(undefined);
            select(undefined);
          }}
          onCancel={() => setDialog(undefined)}
        />
      )}
    </Page>
  );
}
