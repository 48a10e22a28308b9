import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Code } from './code';
import { download } from './download';

/** A value as JSON, to copy or to save as a file. */
export function JsonView({ value, fileName }: { value: unknown; fileName: string }) {
  const text = JSON.stringify(value, null, 2);
  return (
    <SpaceBetween size="s">
      <Code text={text} what="JSON" maxHeight={640} />
      <Button iconName="download" onClick={() => download(fileName, text, 'application/json')}>
        Download {fileName}
      </Button>
    </SpaceBetween>
  );
}
