// A device that is written with the AWS IoT Device SDK v2: connects, subscribes to the
// replies to its reports, publishes the reports one by one, and then stays until it
// is told to go by the end of its input, or until the server ends its connection.
//
//   node device.js JSON
//
// The argument: client "mqtt311" or "mqtt5"; host, port, ca (file), id; cert and key
// (files) for mutual TLS, or region, accessKeyId and secretAccessKey for a WebSocket
// that is signed with SigV4; topic and reports, a list of texts.
//
// Prints an event per line, in JSON: {"event":"connected"}, {"event":"refused"},
// {"event":"reply","topic":…,"payload":…}, {"event":"ended"}; "detail" is for people.
"use strict";

const { auth, iot, mqtt, mqtt5 } = require("aws-iot-device-sdk-v2");

const asked = JSON.parse(process.argv[2]);
const patience = 55000; // ms until an answer that does not come ends it all

const print = (event, more) => process.stdout.write(JSON.stringify({ event, ...more }) + "\n");
const detail = (error) => String((error && (error.message || error.error)) || error);

const credentials = () => auth.AwsCredentialsProvider.newStatic(asked.accessKeyId, asked.secretAccessKey);

// Every client has connect, subscribe(filter), publish(topic, text) and close, and
// gives messages and the end of its connection to what it was made with.
function client311(onMessage, onEnd) {
	const builder = asked.cert
		? iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder_from_path(asked.cert, asked.key)
		: iot.AwsIotMqttConnectionConfigBuilder.new_with_websockets({ region: asked.region, credentials_provider: credentials() });
	builder.with_certificate_authority_from_path(undefined, asked.ca);
	builder.with_endpoint(asked.host);
	builder.with_port(asked.port);
	builder.with_client_id(asked.id);
	builder.with_clean_session(true);
	const connection = new mqtt.MqttClient().new_connection(builder.build());
	connection.on("interrupt", (error) => onEnd({ detail: detail(error) }));
	connection.on("message", (topic, payload) => onMessage(topic, Buffer.from(payload).toString()));
	connection.on("error", () => {}); // the promises say it, too
	return {
		connect: () => connection.connect(),
		subscribe: (filter) => connection.subscribe(filter, mqtt.QoS.AtLeastOnce),
		publish: (topic, text) => connection.publish(topic, text, mqtt.QoS.AtLeastOnce),
		close: () => connection.disconnect(),
	};
}

function client5(onMessage, onEnd) {
	const builder = asked.cert
		? iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromPath(asked.host, asked.cert, asked.key)
		: iot.AwsIotMqtt5ClientConfigBuilder.newWebsocketMqttBuilderWithSigv4Auth(asked.host, { region: asked.region, credentialsProvider: credentials() });
	builder.withCertificateAuthorityFromPath(undefined, asked.ca);
	builder.withPort(asked.port);
	builder.withConnectProperties({ clientId: asked.id, keepAliveIntervalSeconds: 60 });
	const client = new mqtt5.Mqtt5Client(builder.build());
	client.on("messageReceived", ({ message }) => onMessage(message.topicName, Buffer.from(message.payload).toString()));
	client.on("disconnection", ({ error, disconnect }) => onEnd({ detail: detail(error), code: disconnect && disconnect.reasonCode }));
	const successful = ({ reasonCode, reasonCodes }) => {
		for (const code of reasonCodes || [reasonCode]) {
			if (code >= 0x80) throw new Error(`reason code ${code}`);
		}
	};
	return {
		connect: () =>
			new Promise((resolve, reject) => {
				client.on("connectionSuccess", resolve);
				client.on("connectionFailure", ({ error, connack }) => reject(Object.assign(error, { code: connack && connack.reasonCode })));
				client.start();
			}),
		subscribe: async (filter) => successful(await client.subscribe({ subscriptions: [{ topicFilter: filter, qos: mqtt5.QoS.AtLeastOnce }] })),
		publish: async (topic, text) => successful(await client.publish({ topicName: topic, payload: text, qos: mqtt5.QoS.AtLeastOnce })),
		close: () =>
			new Promise((resolve) => {
				client.on("stopped", resolve);
				client.stop();
			}),
	};
}

async function main() {
	const late = setTimeout(() => {
		console.error(`no answer in ${patience} ms`);
		process.exit(1);
	}, patience);
	let replied = () => {};
	let over = () => {};
	const ended = new Promise((resolve) => {
		over = resolve;
	});
	const make = { mqtt311: client311, mqtt5: client5 }[asked.client];
	const device = make(
		(topic, payload) => {
			print("reply", { topic, payload });
			replied();
		},
		(more) => {
			print("ended", more);
			over();
		},
	);
	try {
		await device.connect();
	} catch (error) {
		print("refused", { detail: detail(error), code: error.code });
		process.exit(0); // or it goes on trying
	}
	print("connected");
	for (const end of ["accepted", "rejected"]) await device.subscribe(`${asked.topic}/${end}`);
	for (const report of asked.reports) {
		const reply = new Promise((resolve) => {
			replied = resolve;
		});
		await device.publish(asked.topic, report);
		await reply;
	}
	clearTimeout(late);
	process.stdin.on("end", async () => {
		await device.close();
		process.exit(0);
	});
	process.stdin.resume();
	await ended;
	process.exit(0); // or it connects again
}

main().catch((error) => {
	console.error(error);
	process.exit(1);
});
