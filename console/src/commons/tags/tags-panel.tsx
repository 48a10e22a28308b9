import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TagEditor, { type TagEditorProps } from '@cloudscape-design/components/tag-editor';
import { useState, type ReactNode } from 'react';
import { useAll, useCan, useMutationOf, type Tag } from '../../api';
import { Facts } from '../detail/facts';
import { useNotifications } from '../notifications';
import { Answer } from '../states/answer';
import { Empty } from '../states/empty';
import { Failure } from '../states/failure';

/** The tags of a resource, and a way to change them. children: what tags of such a resource are for. */
export function TagsPanel({ arn, children }: { arn: string; children: ReactNode }) {
  const query = useAll('ListTagsForResource', { resourceArn: arn });
  const [editing, setEditing] = useState(false);
  const mayTag = useCan('TagResource');
  const mayUntag = useCan('UntagResource');
  const edit = mayTag && mayUntag && !editing && <Button onClick={() => setEditing(true)}>Edit tags</Button>;
  return (
    <Container header={<Header variant="h2" actions={edit}>Tags</Header>}>
      <Answer query={query} what="Tags">
        {(tags) => {
          if (editing) return <EditTags arn={arn} tags={tags} onClose={() => setEditing(false)} />;
          if (tags.length === 0) return <Empty title="No tags">{children}</Empty>;
          return <Facts of={Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value || '–']))} />;
        }}
      </Answer>
    </Container>
  );
}

function EditTags({ arn, tags, onClose }: { arn: string; tags: Tag[]; onClose: () => void }) {
  const [edited, setEdited] = useState<readonly TagEditorProps.Tag[]>(() => tags.map(({ Key, Value = '' }) => ({ key: Key, value: Value, existing: true })));
  const [valid, setValid] = useState(true);
  const { success } = useNotifications();
  const tagging = useMutationOf('TagResource');
  const untagging = useMutationOf('UntagResource');
  const save = async () => {
    const kept = edited.filter(({ markedForRemoval }) => !markedForRemoval);
    const gone = tags.filter(({ Key }) => !kept.some(({ key }) => key === Key)).map(({ Key }) => Key);
    const put = kept.filter(({ key, value }) => !tags.some((tag) => tag.Key === key && (tag.Value ?? '') === value));
    try {
      if (gone.length > 0) await untagging.mutateAsync({ resourceArn: arn, tagKeys: gone });
      if (put.length > 0) await tagging.mutateAsync({ resourceArn: arn, tags: put.map(({ key, value }) => ({ Key: key, Value: value })) });
    } catch {
      return; // shown as the error of the call
    }
    success('Tags are saved');
    onClose();
  };
  const error = tagging.error ?? untagging.error;
  return (
    <SpaceBetween size="m">
      {error && <Failure what="The tags were not saved" error={error} />}
      <TagEditor
        tags={edited}
        onChange={({ detail }) => {
          setEdited(detail.tags);
          setValid(detail.valid);
        }}
      />
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
        <Button variant="primary" disabled={!valid} loading={tagging.isPending || untagging.isPending} onClick={() => void save()}>
          Save tags
        </Button>
      </SpaceBetween>
    </SpaceBetween>
  );
}
