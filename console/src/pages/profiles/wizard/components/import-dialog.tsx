import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { importJson, type Imported } from '../../model/json';

export interface ImportDialogProps {
  onImport: (imported: Extract<Imported, { form: unknown }>) => void;
  onCancel: () => void;
}

/** Reads a profile out of JSON, pasted or of a file. Render it only while it is open. */
export function ImportDialog({ onImport, onCancel }: ImportDialogProps) {
  const [text, setText] = useState('');
  const [file, setFile] = useState<File[]>([]);
  const [error, setError] = useState<string>();
  const read = () => {
    const imported = importJson(text);
    if ('error' in imported) setError(imported.error);
    else onImport(imported);
  };
  return (
    <Modal
      visible
      size="large"
      header="Import JSON"
      onDismiss={onCancel}
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              Cancel
            </Button>
            <Button variant="primary" disabled={text.trim() === ''} onClick={read}>
              Import
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box>
          What <Box variant="code">create-security-profile --cli-input-json</Box> takes, <Box variant="code">describe-security-profile</Box> or <Box variant="code">vedette suggest --output json</Box> prints, or a list of behaviors. It replaces what is in the form.
        </Box>
        <FormField label="File">
          <FileUpload
            value={file}
            accept=".json,application/json"
            showFileSize
            onChange={({ detail }) => {
              setFile(detail.value);
              setError(undefined);
              void detail.value[0]?.text().then(setText);
            }}
            i18nStrings={{ uploadButtonText: () => 'Choose file', dropzoneText: () => 'Drop the file here', removeFileAriaLabel: () => 'Remove the file', limitShowFewer: 'Show fewer', limitShowMore: 'Show more', errorIconAriaLabel: 'Error' }}
          />
        </FormField>
        <FormField label="JSON" stretch>
          <Textarea
            value={text}
            rows={12}
            spellcheck={false}
            disableBrowserAutocorrect
            onChange={({ detail }) => {
              setText(detail.value);
              setError(undefined);
            }}
          />
        </FormField>
        {error && (
          <Alert type="error" header="It was not imported">
            {error}
          </Alert>
        )}
      </SpaceBetween>
    </Modal>
  );
}
