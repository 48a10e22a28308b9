import type { Program } from './program';

/** The port that it connects to; it cannot be told another. */
const fixedPort = 443;

export const deviceClient: Program = {
  id: 'device-client',
  title: 'AWS IoT Device Client',
  description: 'The agent in C++ for Linux, with its Device Defender feature.',
  plain: false,
  blocks: ({ thingName, endpoint, files }) => {
    const config = {
      endpoint: endpoint.host,
      cert: `$PWD/${files.certificate}`,
      key: `$PWD/${files.key}`,
      'root-ca': `$PWD/${files.rootCa}`,
      'thing-name': thingName,
      logging: { level: 'INFO', type: 'STDOUT' },
      jobs: { enabled: false },
      tunneling: { enabled: false },
      'device-defender': { enabled: true, interval: 300 },
    };
    return [{ what: 'Command', text: `cat > config.json <<END\n${JSON.stringify(config, null, 2)}\nEND\nchmod 640 config.json\naws-iot-device-client --config-file config.json` }];
  },
  notes: ({ endpoint }) => [
    'Paste it in the folder of the files. It wants the folder to have mode 700, the key 600 and the certificate 644; the commands to paste on the step before see to that.',
    ...(endpoint.port === fixedPort
      ? []
      : [`It connects to port ${fixedPort} of the server, whatever the configuration says, and this server listens on ${endpoint.port}: start it with --mqtts-addr 0.0.0.0:${fixedPort}, or forward that port.`]),
  ],
};
