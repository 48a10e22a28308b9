import { defenderAgent } from './defender-agent';
import { deviceClient } from './device-client';
import { mosquitto } from './mosquitto';
import { paho } from './paho';
import { sdkJavaScript } from './sdk-js';
import { sdkPython } from './sdk-python';
import type { Program } from './program';

export { reportTopic, type Block, type Kit, type Program } from './program';

/** In the order in which they are offered. */
export const programs: Program[] = [mosquitto, sdkPython, sdkJavaScript, paho, deviceClient, defenderAgent];
