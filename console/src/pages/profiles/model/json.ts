import type { Input, Tag } from '../../../api';
import { retainedOf, type Profile } from './profile';
import { formOfProfile, type ProfileForm } from './profile-form';

/** What makes the same profile again: without what the server adds. */
export function createInputOf(profile: Profile): Input<'CreateSecurityProfile'> {
  const { securityProfileName = '', securityProfileDescription, behaviors, alertTargets, metricsExportConfig } = profile;
  const retained = retainedOf(profile);
  return {
    securityProfileName,
    ...(securityProfileDescription !== undefined && { securityProfileDescription }),
    ...(behaviors && { behaviors }),
    ...(alertTargets && { alertTargets }),
    ...(retained.length > 0 && { additionalMetricsToRetainV2: retained }),
    ...(metricsExportConfig && { metricsExportConfig }),
  };
}

export type Imported = { form: ProfileForm; notes: string[] } | { error: string };

/** What the server adds when it describes a profile. */
const added = ['securityProfileArn', 'version', 'creationDate', 'lastModifiedDate'];

const shapes: Record<string, 'string' | 'array' | 'object'> = {
  securityProfileName: 'string',
  securityProfileDescription: 'string',
  behaviors: 'array',
  alertTargets: 'object',
  additionalMetricsToRetain: 'array',
  additionalMetricsToRetainV2: 'array',
  metricsExportConfig: 'object',
  tags: 'array',
};

/** Reads what create-security-profile --cli-input-json takes and describe-security-profile prints; also a list of behaviors alone. */
export function importJson(text: string): Imported {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    return { error: `This is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const document = Array.isArray(read) ? { behaviors: read as unknown } : read;
  if (!isObject(document)) return { error: 'This is no security profile: an object is expected, with securityProfileName and behaviors.' };
  const unknown = Object.keys(document).filter((key) => !(key in shapes) && !added.includes(key));
  if (unknown.length > 0) return { error: `A security profile has no member ${unknown.join(', ')}. Its members are ${Object.keys(shapes).join(', ')}.` };
  for (const [key, want] of Object.entries(shapes)) {
    if (document[key] !== undefined && document[key] !== null && kindOf(document[key]) !== want) return { error: `${key} should be ${want === 'string' ? 'a text' : `an ${want}`}, not ${kindOf(document[key])}.` };
  }
  const fault = elementFault(document);
  if (fault) return { error: fault };
  const profile = Object.fromEntries(Object.entries(document).filter(([, value]) => value !== null)) as Profile & { tags?: Tag[] };
  const left = added.filter((key) => key in document);
  return {
    form: formOfProfile(profile, [], profile.tags ?? []),
    notes: left.length > 0 ? [`Left out, as the server makes them: ${left.join(', ')}.`] : [],
  };
}

/** What forms cannot hold: elements of another shape. What makes no sense is found by validation. */
function elementFault(document: Record<string, unknown>): string | undefined {
  for (const [i, behavior] of list(document.behaviors).entries()) {
    if (!isObject(behavior)) return `behaviors[${i}] should be an object, not ${kindOf(behavior)}.`;
    if (typeof behavior.name !== 'string') return `behaviors[${i}].name should be a text, not ${kindOf(behavior.name)}.`;
    for (const key of ['metricDimension', 'criteria']) {
      if (behavior[key] !== undefined && !isObject(behavior[key])) return `behaviors[${i}].${key} should be an object, not ${kindOf(behavior[key])}.`;
    }
    const value = isObject(behavior.criteria) ? behavior.criteria.value : undefined;
    if (value !== undefined && !isObject(value)) return `behaviors[${i}].criteria.value should be an object such as {"count": 5}, not ${kindOf(value)}.`;
  }
  for (const [i, metric] of list(document.additionalMetricsToRetainV2).entries()) {
    if (!isObject(metric) || typeof metric.metric !== 'string') return `additionalMetricsToRetainV2[${i}] should be an object with a metric.`;
  }
  for (const [i, tag] of list(document.tags).entries()) {
    if (!isObject(tag) || typeof tag.Key !== 'string') return `tags[${i}] should be an object with Key and Value.`;
  }
  const wrong = list(document.additionalMetricsToRetain).find((metric) => typeof metric !== 'string');
  return wrong === undefined ? undefined : 'additionalMetricsToRetain should be a list of names of metrics.';
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return kindOf(value) === 'object';
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'absent';
  return Array.isArray(value) ? 'array' : typeof value;
}
