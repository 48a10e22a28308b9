import type { BehaviorForm } from './behavior-form';
import type { Faults } from './validate';

/** Which field a fault of a behavior is about, by how the server begins its text. */
const fields: [RegExp, string][] = [
  [/^name\b/, 'name'],
  [/^dimension\b|^metricDimension/, 'dimension'],
  [/^comparisonOperator/, 'operator'],
  [/^durationSeconds/, 'duration'],
  [/^consecutiveDatapointsToAlarm/, 'toAlarm'],
  [/^consecutiveDatapointsToClear/, 'toClear'],
  [/^statistic /, 'statistic'],
  [/^(value and )?statisticalThreshold|^criteria must/, 'check'],
  [/^(value|count|number|numbers|cidrs?|ports?|strings)\b/, 'value'],
  [/^metric\b/, 'metric'],
];

/** Faults that the server found in behaviors, at the fields they are about; "behaviors": of all together. */
export function behaviorFaultsOf(messages: string[], behaviors: BehaviorForm[]): Faults {
  const faults: Faults = {};
  for (const message of messages) {
    const [, name, detail] = /^Behavior (.*?) is malformed\. ([^]*)$/.exec(message) ?? [];
    const place = /^#(\d+)$/.exec(name ?? '');
    // Of two of one name the later one is at fault.
    const form = place ? behaviors[Number(place[1]) - 1] : behaviors.findLast((behavior) => behavior.name === name);
    if (!form || detail === undefined) add(faults, 'behaviors', message);
    else add(faults, `${form.id}.${fields.find(([pattern]) => pattern.test(detail))?.[1] ?? 'rest'}`, sentence(detail));
  }
  return faults;
}

function add(faults: Faults, path: string, text: string): void {
  faults[path] = faults[path] === undefined ? text : `${faults[path]} ${text}`;
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

export type StepName = 'properties' | 'behaviors' | 'export' | 'notifications' | 'review';

/** Which step of the wizard can help against what the server answered to Create or Update. */
export function stepOfMessage(message: string): StepName {
  if (/^Behavior .* is malformed|additionalMetricsToRetain|behaviors/.test(message)) return 'behaviors';
  if (/metricsExportConfig/.test(message)) return 'export';
  if (/alertTargets/.test(message)) return 'notifications';
  if (/securityProfileName|securityProfileDescription|tags?\b|already exists/i.test(message)) return 'properties';
  return 'review';
}
