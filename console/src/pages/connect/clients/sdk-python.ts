import { reportTopic, type Kit, type Program } from './program';

export const sdkPython: Program = {
  id: 'sdk-python',
  title: 'AWS IoT Device SDK v2 for Python',
  description: 'A device in Python that reports every five minutes.',
  plain: false,
  blocks: (kit) => [
    { what: 'Command', text: 'python3 -m pip install awsiotsdk\npython3 device.py' },
    { what: 'device.py', fileName: 'device.py', text: source(kit) },
  ],
};

const source = ({ thingName, endpoint, files }: Kit) => `import json
import time

from awscrt import mqtt
from awsiot import mqtt_connection_builder

TOPIC = "${reportTopic(thingName)}"


def report():
    # What the device measures belongs here; counts of bytes and packets are those since the last report.
    return {
        "header": {"report_id": int(time.time()), "version": "1.0"},
        "metrics": {
            "listening_tcp_ports": {"ports": [{"port": 22}], "total": 1},
            "network_stats": {"bytes_in": 5120, "bytes_out": 880, "packets_in": 61, "packets_out": 12},
        },
    }


def on_reply(topic, payload, **kwargs):
    print(topic, payload.decode())


connection = mqtt_connection_builder.mtls_from_path(
    endpoint="${endpoint.host}",
    port=${endpoint.port},
    ca_filepath="${files.rootCa}",
    cert_filepath="${files.certificate}",
    pri_key_filepath="${files.key}",
    client_id="${thingName}",
    clean_session=True,
)
connection.connect().result()
for reply in ("accepted", "rejected"):
    subscribed, _ = connection.subscribe(TOPIC + "/" + reply, mqtt.QoS.AT_LEAST_ONCE, on_reply)
    subscribed.result()
while True:
    published, _ = connection.publish(TOPIC, json.dumps(report()), mqtt.QoS.AT_LEAST_ONCE)
    published.result()
    time.sleep(300)
`;
