import type { Program } from './program';

/** The port that it connects to; it cannot be told another. */
const fixedPort = 8883;

export const defenderAgent: Program = {
  id: 'defender-agent',
  title: 'AWS IoT Device Defender agent for Python',
  description: "AWS's sample agent: measures ports, connections and traffic of the machine it runs on.",
  plain: false,
  blocks: ({ thingName, endpoint, files }) => [
    {
      what: 'Command',
      text: [
        'python3 -m pip install AWSIoTDeviceDefenderAgentSDK',
        [
          'python3 -m AWSIoTDeviceDefenderAgentSDK.agent',
          `--endpoint ${endpoint.host} --client_id ${thingName}`,
          `--rootCA ${files.rootCa} --cert ${files.certificate} --key ${files.key}`,
          '--format json --interval 300',
        ].join(' \\\n    '),
      ].join('\n'),
    },
  ],
  notes: ({ endpoint }) => [
    'Its first report comes after one interval: it needs two measurements to know what changed.',
    ...(endpoint.port === fixedPort ? [] : [`It always connects to port ${fixedPort}, and this server listens on ${endpoint.port}: start it with --mqtts-addr 0.0.0.0:${fixedPort}, or forward that port.`]),
  ],
};
