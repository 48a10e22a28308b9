import { reportTopic, type Kit, type Program } from './program';

export const sdkJavaScript: Program = {
  id: 'sdk-js',
  title: 'AWS IoT Device SDK v2 for JavaScript',
  description: 'A device in Node.js that reports every five minutes.',
  plain: false,
  blocks: (kit) => [
    { what: 'Command', text: 'npm install aws-iot-device-sdk-v2\nnode device.js' },
    { what: 'device.js', fileName: 'device.js', text: source(kit) },
  ],
};

const source = ({ thingName, endpoint, files }: Kit) => `const { iot, mqtt5 } = require("aws-iot-device-sdk-v2");

const topic = "${reportTopic(thingName)}";

// What the device measures belongs here; counts of bytes and packets are those since the last report.
const report = () => ({
  header: { report_id: Math.floor(Date.now() / 1000), version: "1.0" },
  metrics: {
    listening_tcp_ports: { ports: [{ port: 22 }], total: 1 },
    network_stats: { bytes_in: 5120, bytes_out: 880, packets_in: 61, packets_out: 12 },
  },
});

const builder = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromPath(
  "${endpoint.host}",
  "${files.certificate}",
  "${files.key}",
);
builder.withCertificateAuthorityFromPath(undefined, "${files.rootCa}");
builder.withPort(${endpoint.port});
builder.withConnectProperties({ clientId: "${thingName}", keepAliveIntervalSeconds: 60 });
const client = new mqtt5.Mqtt5Client(builder.build());

client.on("messageReceived", ({ message }) => console.log(message.topicName, Buffer.from(message.payload).toString()));
client.on("connectionFailure", ({ error, connack }) => console.error("not connected:", connack?.reasonCode ?? error.message));
client.on("connectionSuccess", () => begin().catch(failed));

const qos = mqtt5.QoS.AtLeastOnce;
const failed = (error) => console.error(error.message);

async function begin() {
  await client.subscribe({ subscriptions: ["accepted", "rejected"].map((reply) => ({ topicFilter: topic + "/" + reply, qos })) });
  await publish();
}

async function publish() {
  await client.publish({ topicName: topic, qos, payload: JSON.stringify(report()) });
}

client.start();
setInterval(() => publish().catch(failed), 300_000);
`;
