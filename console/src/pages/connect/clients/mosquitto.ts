import { reportTopic, type Program } from './program';

const metrics = `"metrics":{"listening_tcp_ports":{"ports":[{"port":22}],"total":1},"network_stats":{"bytes_in":5120,"bytes_out":880,"packets_in":61,"packets_out":12}}`;

export const mosquitto: Program = {
  id: 'mosquitto',
  title: 'mosquitto_pub',
  description: 'One report from the command line: the fastest way to see whether it works.',
  plain: true,
  blocks: ({ thingName, endpoint, files }) => {
    const tls = endpoint.mode === 'mutual' ? [`--cafile ${files.rootCa} --cert ${files.certificate} --key ${files.key}`] : [];
    const parts = [
      `mosquitto_pub -h ${endpoint.host} -p ${endpoint.port} -i ${thingName} -q 1`,
      ...tls,
      `-t '${reportTopic(thingName)}'`,
      `-m '{"header":{"report_id":'$(date +%s)',"version":"1.0"},${metrics}}'`,
    ];
    return [{ what: 'Command', text: parts.join(' \\\n    ') }];
  },
  notes: () => ['Keep the single quotes around the topic: the shell would replace $aws.', 'It is part of the package mosquitto-clients.'],
};
