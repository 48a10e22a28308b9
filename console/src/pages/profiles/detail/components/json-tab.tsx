import Box from '@cloudscape-design/components/box';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useState } from 'react';
import { JsonView } from '../../../../commons/copy/json-view';
import { createInputOf } from '../../model/json';
import type { Profile } from '../../model/profile';

/** The profile as the API has it: to keep in a repository, or to take to another account. */
export function JsonTab({ name, profile }: { name: string; profile: Profile }) {
  const [form, setForm] = useState('create');
  return (
    <Container header={<Header variant="h2">JSON</Header>}>
      <SpaceBetween size="m">
        <SegmentedControl
          label="Form of the JSON"
          selectedId={form}
          onChange={({ detail }) => setForm(detail.selectedId)}
          options={[
            { id: 'create', text: 'To create it again' },
            { id: 'describe', text: 'As it is described' },
          ]}
        />
        <Box>
          {form === 'create'
            ? 'What aws iot create-security-profile --cli-input-json takes, and the import of this console.'
            : 'What aws iot describe-security-profile prints, with version and times. The import of this console takes it too.'}
        </Box>
        <JsonView value={form === 'create' ? createInputOf(profile) : profile} fileName={`${name.replaceAll(':', '_')}.json`} />
      </SpaceBetween>
    </Container>
  );
}
