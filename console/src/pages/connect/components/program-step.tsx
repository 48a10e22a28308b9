import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useState } from 'react';
import { Code } from '../../../commons/copy/code';
import { download } from '../../../commons/copy/download';
import { readPreference, writePreference } from '../../../commons/preferences';
import { programs, type Block, type Kit, type Program } from '../clients';
import type { Endpoint } from '../model/endpoint';
import { fileNames } from '../model/files';
import type { Made } from '../model/made';
import { ListenerNotice } from './listener-notice';
import { ProgressLine } from './progress-line';

const preference = 'connect-program';

/** How to report with the program that one picks. */
export function ProgramStep({ made, endpoint }: { made: Made; endpoint: Endpoint }) {
  const offered = programs.filter(({ plain }) => plain || endpoint.mode === 'mutual');
  const [id, setId] = useState(() => readPreference(preference, (value) => (typeof value === 'string' ? value : undefined)));
  const chosen = offered.find((program) => program.id === id) ?? offered[0];
  const kit = { thingName: made.thingName, endpoint, files: fileNames(made.thingName) };
  return (
    <SpaceBetween size="l">
      {endpoint.mode === 'plain' && <ListenerNotice endpoint={endpoint} />}
      <Tiles
        ariaLabel="Program"
        columns={3}
        value={chosen?.id ?? null}
        onChange={({ detail }) => {
          setId(detail.value);
          writePreference(preference, detail.value);
        }}
        items={offered.map(({ id, title, description }) => ({ value: id, label: title, description }))}
      />
      {chosen && <Instructions program={chosen} kit={kit} />}
      <ProgressLine made={made} />
    </SpaceBetween>
  );
}

function Instructions({ program, kit }: { program: Program; kit: Kit }) {
  const notes = program.notes?.(kit) ?? [];
  return (
    <Container header={<Header variant="h2">{program.title}</Header>}>
      <SpaceBetween size="m">
        {kit.endpoint.mode === 'mutual' && <Box variant="p">In the folder with the three files:</Box>}
        {program.blocks(kit).map((block) => (
          <BlockView key={block.what} block={block} />
        ))}
        {notes.length > 0 && (
          <Alert type="info">
            {notes.map((note) => (
              <div key={note}>{note}</div>
            ))}
          </Alert>
        )}
      </SpaceBetween>
    </Container>
  );
}

function BlockView({ block: { what, text, fileName } }: { block: Block }) {
  return (
    <SpaceBetween size="xs">
      {fileName && (
        <Button iconName="download" variant="inline-link" onClick={() => download(fileName, text)}>
          Download {fileName}
        </Button>
      )}
      <Code text={text} what={what} maxHeight={520} />
    </SpaceBetween>
  );
}
