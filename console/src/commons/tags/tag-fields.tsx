import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import TagEditor from '@cloudscape-design/components/tag-editor';
import type { Tag } from '../../api';

/** Tags of a resource that is being made. onChange says whether all of them are valid. */
export function TagFields({ tags, onChange }: { tags: Tag[]; onChange: (tags: Tag[], valid: boolean) => void }) {
  return (
    <Container header={<Header variant="h2" description="Whose it is, what it is for: policies can ask for tags.">Tags</Header>}>
      <TagEditor
        tags={tags.map(({ Key, Value = '' }) => ({ key: Key, value: Value, existing: false }))}
        onChange={({ detail }) =>
          onChange(
            detail.tags.map(({ key, value }) => ({ Key: key, Value: value })),
            detail.valid,
          )
        }
      />
    </Container>
  );
}
