import type { CustomMetricType } from '../../../api';
import { durations, metricInfo, type MetricInfo } from '../../../api';
import { behaviorOf, type BehaviorForm } from './behavior-form';
import type { ProfileForm, RetainedForm } from './profile-form';
import { mostElements, parseValue } from './value-text';

/** What is wrong: path of the field → text. Paths of rows begin with the row's id: "row-3.name". */
export type Faults = Record<string, string>;

export type CustomTypes = Record<string, CustomMetricType>;

const namePattern = /^[a-zA-Z0-9:_-]{1,128}$/;
const nameFault = 'Use 1 to 128 letters, digits and : _ -';
const roleFault = 'Give the ARN of an IAM role: arn:aws:iam::123456789012:role/NAME';

/** The most behaviors of a profile. */
export const mostBehaviors = 100;

export function validateProperties({ name, description }: ProfileForm, taken: readonly string[] = []): Faults {
  const faults: Faults = {};
  if (!namePattern.test(name.trim())) faults.name = nameFault;
  else if (taken.includes(name.trim())) faults.name = 'There is a security profile of this name already.';
  if (description.length > 1000) faults.description = `At most 1000 characters; these are ${description.length}.`;
  else if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u.test(description)) faults.description = 'Use visible characters and spaces, no line breaks.';
  return faults;
}

export function validateBehaviors({ behaviors, retained }: ProfileForm, custom: CustomTypes): Faults {
  const faults: Faults = {};
  for (const form of behaviors) {
    for (const [field, text] of Object.entries(behaviorFaults(form, behaviors, custom))) faults[`${form.id}.${field}`] = text;
  }
  for (const form of retained) {
    const text = retainedFault(form, retained, custom);
    if (text) faults[`${form.id}.metric`] = text;
  }
  const elements = behaviors.map(elementsOf).reduce((sum, count) => sum + count, 0);
  if (behaviors.length > mostBehaviors) faults.behaviors = `A security profile has at most ${mostBehaviors} behaviors; these are ${behaviors.length}.`;
  else if (elements > mostElements) faults.behaviors = `The behaviors of a security profile have at most ${mostElements} value elements; these are ${elements}.`;
  return faults;
}

function behaviorFaults(form: BehaviorForm, all: BehaviorForm[], custom: CustomTypes): Faults {
  const faults: Faults = {};
  if (!namePattern.test(form.name)) faults.name = nameFault;
  else if (all.some((other) => other.id !== form.id && other.name === form.name)) faults.name = 'Another behavior has this name.';
  if (form.check === 'learned') return faults;
  const info = metricInfo(form.metric, custom[form.metric]);
  if (!form.metric) faults.metric = 'Choose a metric.';
  if (info) Object.assign(faults, metricFaults(form, info));
  for (const field of ['toAlarm', 'toClear'] as const) {
    if (!/^([1-9]|10)?$/.test(form[field].trim())) faults[field] = 'A whole number from 1 to 10.';
  }
  return faults;
}

/** What does not fit the metric. Of metrics that are not known the server says it. */
function metricFaults(form: BehaviorForm, info: MetricInfo): Faults {
  const faults: Faults = {};
  if (form.operator === '' || !info.operators.includes(form.operator)) faults.operator = 'Choose how to compare.';
  if (form.check === 'statistical') {
    if (!info.statistical) faults.check = 'This metric has no percentiles.';
    else if (form.statistic === '') faults.statistic = 'Choose a percentile.';
  } else if (form.member !== '') {
    const parsed = parseValue(form.member, form.value);
    if ('error' in parsed) faults.value = parsed.error;
  }
  if (form.dimension && !info.dimension) faults.dimension = 'This metric takes no dimension.';
  if (form.duration !== '' && !durations.some((seconds) => String(seconds) === form.duration)) faults.duration = `Choose one of ${durations.join(', ')} seconds.`;
  return faults;
}

function retainedFault(form: RetainedForm, all: RetainedForm[], custom: CustomTypes): string | undefined {
  if (!form.metric) return 'Choose a metric, or remove the row.';
  const same = (other: RetainedForm) => other.metric === form.metric && other.dimension === form.dimension && (form.dimension === '' || other.dimensionOperator === form.dimensionOperator);
  if (all.some((other) => other.id !== form.id && same(other))) return 'This is in the list already.';
  const info = metricInfo(form.metric, custom[form.metric]);
  return form.dimension && info && !info.dimension ? 'This metric takes no dimension.' : undefined;
}

/** As the server counts them: each count, CIDR, port, string and number is one. */
function elementsOf(form: BehaviorForm): number {
  const value = behaviorOf(form).criteria?.value ?? {};
  return Object.values(value).reduce((sum: number, held: unknown) => sum + (Array.isArray(held) ? held.length : 1), 0);
}

export function validateExport({ export: { on, mqttTopic, roleArn } }: ProfileForm): Faults {
  if (!on) return {};
  const faults: Faults = {};
  const topic = mqttTopic.trim();
  if (topic === '') faults.mqttTopic = 'Give a topic.';
  else if (/[+#]/.test(topic)) faults.mqttTopic = 'A topic to publish to has no wildcards + and #.';
  else if (topic.startsWith('$') && !/^\$aws\/rules\/.+/.test(topic)) faults.mqttTopic = 'Of topics that begin with $ only $aws/rules/NAME can be published to.';
  if (!isRole(roleArn)) faults.exportRole = roleFault;
  return faults;
}

export function validateAlerts({ alerts: { on, alertTargetArn, roleArn } }: ProfileForm): Faults {
  if (!on) return {};
  const faults: Faults = {};
  if (!/^arn:[^:]+:sns:[^:]+:\d{12}:[^:]+$/.test(alertTargetArn.trim())) faults.alertTargetArn = 'Give the ARN of an SNS topic: arn:aws:sns:REGION:123456789012:NAME';
  if (!isRole(roleArn)) faults.alertRole = roleFault;
  return faults;
}

function isRole(arn: string): boolean {
  return /^arn:[^:]+:iam::\d{12}:role\/.+$/.test(arn.trim());
}
