import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { Code } from '../../../commons/copy/code';
import { download } from '../../../commons/copy/download';
import { Answer } from '../../../commons/states/answer';
import { useRootCa } from '../hooks';
import type { Endpoint } from '../model/endpoint';
import { deviceFiles, fileNames, modeOf, pasteCommands, type DeviceFile } from '../model/files';
import type { Made } from '../model/made';
import { zip } from '../model/zip';
import { saveBytes } from '../save-bytes';

export interface FilesStepProps {
  made: Made;
  endpoint: Endpoint;
  /** The key has been taken out of the page. */
  saved: boolean;
  onSaved: () => void;
}

export function FilesStep({ made, endpoint, saved, onSaved }: FilesStepProps) {
  const rootCa = useRootCa(true);
  return (
    <SpaceBetween size="l">
      {endpoint.mode === 'plain' && <Alert type="info">Plain MQTT needs none of them. Keep them for when the server is started with --mqtts-addr.</Alert>}
      {!saved && (
        <Alert type="warning" header="Take the private key now">
          Vedette does not keep it: once this page is left it cannot be had again.
        </Alert>
      )}
      <Answer query={rootCa} what="The root CA">
        {(pem) => <Files made={made} files={deviceFiles(made, pem)} saved={saved} onSaved={onSaved} />}
      </Answer>
    </SpaceBetween>
  );
}

function Files({ made, files, saved, onSaved }: { made: Made; files: DeviceFile[]; saved: boolean; onSaved: () => void }) {
  const { folder } = fileNames(made.thingName);
  const saveAll = () => {
    saveBytes(`${folder}.zip`, zip(files.map((file) => ({ name: `${folder}/${file.name}`, text: file.text, mode: modeOf(file) })), new Date()), 'application/zip');
    onSaved();
  };
  const save = ({ name, text, secret }: DeviceFile) => {
    download(name, text, 'application/x-pem-file');
    if (secret) onSaved();
  };
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <Button iconName="download" onClick={saveAll}>
                Download all ({folder}.zip)
              </Button>
            }
          >
            Files
          </Header>
        }
      >
        <SpaceBetween size="m">
          {files.map((file) => (
            <div key={file.name} className="vedette-file">
              <div>
                <Box variant="strong">{file.title}</Box> {file.secret && saved && <StatusIndicator type="success">Taken</StatusIndicator>}
                <Box color="text-body-secondary">{file.help}</Box>
              </div>
              <Button iconName="download" onClick={() => save(file)}>
                Download {file.name}
              </Button>
            </div>
          ))}
        </SpaceBetween>
      </Container>
      <ExpandableSection variant="container" headerText="Or paste them into a shell of the device" headerDescription={`Commands that write them into the folder ${folder}, with the key in them`} onChange={({ detail }) => detail.expanded && onSaved()}>
        <Code text={pasteCommands(made.thingName, files)} what="Commands" maxHeight={360} />
      </ExpandableSection>
    </SpaceBetween>
  );
}
