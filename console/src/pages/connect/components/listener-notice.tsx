import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { Code } from '../../../commons/copy/code';
import type { Endpoint } from '../model/endpoint';

/** What keeps devices from connecting as they should, and the flag that helps. Nothing if all is well. */
export function ListenerNotice({ endpoint }: { endpoint: Endpoint }) {
  if (endpoint.mode === 'plain') {
    return (
      <Alert type="warning" header="This server does not take devices with certificates yet">
        <Box variant="p" color="inherit">
          It was started without <Box variant="code">--mqtts-addr</Box>. Start it with its flags of now and these, and this page goes on with TLS:
        </Box>
        <Code text="vedette serve --mqtts-addr 0.0.0.0:8883 --hostname NAME-THAT-DEVICES-KNOW" what="Command" />
        <Box variant="p" color="inherit">
          Until then the steps show how to report over plain MQTT on {endpoint.host}:{endpoint.port}
          {endpoint.local && ', from this machine only'}. It asks nobody who they are, so the certificate is not used.
        </Box>
      </Alert>
    );
  }
  if (!endpoint.local) return null;
  return (
    <Alert type="info" header="Only devices on the server's machine can connect">
      {endpoint.local === 'listener' ? (
        <>
          It listens for devices on a loopback address. For others start it with <Box variant="code">--mqtts-addr 0.0.0.0:{endpoint.port}</Box> and <Box variant="code">--hostname</Box> with a name that devices know.
        </>
      ) : (
        <>
          Its certificate is for localhost. For others start it with <Box variant="code">--hostname</Box> and a name that devices know.
        </>
      )}
    </Alert>
  );
}
