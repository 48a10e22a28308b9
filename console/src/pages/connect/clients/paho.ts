import { reportTopic, type Kit, type Program } from './program';

export const paho: Program = {
  id: 'paho',
  title: 'Eclipse Paho for Python',
  description: 'A device with paho-mqtt, 1.x or 2.x, that reports every five minutes.',
  plain: true,
  blocks: (kit) => [
    { what: 'Command', text: 'python3 -m pip install paho-mqtt\npython3 device.py' },
    { what: 'device.py', fileName: 'device.py', text: source(kit) },
  ],
};

const source = ({ thingName, endpoint, files }: Kit) => `import json
import threading
import time

import paho.mqtt.client as mqtt

TOPIC = "${reportTopic(thingName)}"

subscribed = threading.Event()


def report():
    # What the device measures belongs here; counts of bytes and packets are those since the last report.
    return {
        "header": {"report_id": int(time.time()), "version": "1.0"},
        "metrics": {
            "listening_tcp_ports": {"ports": [{"port": 22}], "total": 1},
            "network_stats": {"bytes_in": 5120, "bytes_out": 880, "packets_in": 61, "packets_out": 12},
        },
    }


def on_connect(client, userdata, flags, reason, properties=None):
    print("connected:", reason)
    client.subscribe([(TOPIC + "/accepted", 1), (TOPIC + "/rejected", 1)])


def on_subscribe(client, userdata, mid, *granted):
    subscribed.set()


def on_message(client, userdata, message):
    print(message.topic, message.payload.decode())


# Version 2 of paho-mqtt wants to know which callbacks these are.
version = [mqtt.CallbackAPIVersion.VERSION2] if hasattr(mqtt, "CallbackAPIVersion") else []
client = mqtt.Client(*version, client_id="${thingName}")
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
${endpoint.mode === 'mutual' ? `client.tls_set(ca_certs="${files.rootCa}", certfile="${files.certificate}", keyfile="${files.key}")\n` : ''}client.connect("${endpoint.host}", ${endpoint.port}, keepalive=60)
client.loop_start()
subscribed.wait()
while True:
    client.publish(TOPIC, json.dumps(report()), qos=1)
    time.sleep(300)
`;
