import type { DimensionValueOperator, Input, MetricToRetain, Tag } from '../../../api';
import { behaviorOf, dimensionOf, formOfBehavior, newId, type BehaviorForm } from './behavior-form';
import { retainedOf, type Profile } from './profile';

/** A metric that is kept without a behavior, as one edits it. */
export interface RetainedForm {
  id: string;
  metric: string;
  dimension: string;
  dimensionOperator: DimensionValueOperator;
  exported: boolean;
  source?: MetricToRetain;
}

/** A security profile as one edits it. */
export interface ProfileForm {
  name: string;
  description: string;
  /** See target.ts. */
  targets: string[];
  tags: Tag[];
  behaviors: BehaviorForm[];
  retained: RetainedForm[];
  export: { on: boolean; mqttTopic: string; roleArn: string };
  alerts: { on: boolean; alertTargetArn: string; roleArn: string };
}

export function newProfile(): ProfileForm {
  return formOfProfile({ securityProfileName: '' }, [], []);
}

export function formOfProfile(profile: Profile, targets: string[], tags: Tag[]): ProfileForm {
  const { securityProfileName = '', securityProfileDescription = '', behaviors = [], alertTargets, metricsExportConfig } = profile;
  return {
    name: securityProfileName,
    description: securityProfileDescription,
    targets,
    tags,
    behaviors: behaviors.map((behavior) => formOfBehavior(behavior)),
    retained: retainedOf(profile).map(formOfRetained),
    export: { on: metricsExportConfig !== undefined, mqttTopic: metricsExportConfig?.mqttTopic ?? '', roleArn: metricsExportConfig?.roleArn ?? '' },
    alerts: { on: alertTargets?.SNS !== undefined, alertTargetArn: alertTargets?.SNS?.alertTargetArn ?? '', roleArn: alertTargets?.SNS?.roleArn ?? '' },
  };
}

export function newRetained(): RetainedForm {
  return { id: newId(), metric: '', dimension: '', dimensionOperator: 'IN', exported: false };
}

function formOfRetained(source: MetricToRetain): RetainedForm {
  const { metric, metricDimension, exportMetric = false } = source;
  return { id: newId(), metric, dimension: metricDimension?.dimensionName ?? '', dimensionOperator: metricDimension?.operator ?? 'IN', exported: exportMetric, source };
}

function retainedMetricOf(form: RetainedForm): MetricToRetain {
  const { source, metric, dimension, dimensionOperator, exported } = form;
  const was = source && formOfRetained(source);
  const metricDimension = was && was.dimension === dimension && was.dimensionOperator === dimensionOperator ? source.metricDimension : dimensionOf(form);
  const exportMetric = was && was.exported === exported ? source.exportMetric : exported;
  return { metric, ...(metricDimension && { metricDimension }), ...(exportMetric !== undefined && { exportMetric }) };
}

/** The parts of a profile that Create and Update both take; absent: there is none. */
function partsOf(form: ProfileForm) {
  const { alerts, export: exported } = form;
  return {
    ...(form.behaviors.length > 0 && { behaviors: form.behaviors.map(behaviorOf) }),
    ...(alerts.on && { alertTargets: { SNS: { alertTargetArn: alerts.alertTargetArn.trim(), roleArn: alerts.roleArn.trim() } } }),
    ...(form.retained.length > 0 && { additionalMetricsToRetainV2: form.retained.map(retainedMetricOf) }),
    ...(exported.on && { metricsExportConfig: { mqttTopic: exported.mqttTopic.trim(), roleArn: exported.roleArn.trim() } }),
  };
}

export function createInput(form: ProfileForm): Input<'CreateSecurityProfile'> {
  return {
    securityProfileName: form.name.trim(),
    ...(form.description && { securityProfileDescription: form.description }),
    ...partsOf(form),
    ...(form.tags.length > 0 && { tags: form.tags }),
  };
}

/** What makes a profile as the form says: parts that it had and has no more are deleted by their flags. */
export function updateInput(form: ProfileForm, old: Profile): Input<'UpdateSecurityProfile'> {
  const parts = partsOf(form);
  const description = form.description !== (old.securityProfileDescription ?? '');
  return {
    securityProfileName: form.name,
    ...(description && { securityProfileDescription: form.description }),
    ...parts,
    ...(!parts.behaviors && old.behaviors?.length && { deleteBehaviors: true }),
    ...(!parts.alertTargets && old.alertTargets && { deleteAlertTargets: true }),
    ...(!parts.additionalMetricsToRetainV2 && retainedOf(old).length > 0 && { deleteAdditionalMetricsToRetain: true }),
    ...(!parts.metricsExportConfig && old.metricsExportConfig && { deleteMetricsExportConfig: true }),
    ...(old.version !== undefined && { expectedVersion: old.version }),
  };
}

/** What is to be attached and detached, tagged and untagged after that. */
export function differences(old: { targets: string[]; tags: Tag[] }, form: ProfileForm) {
  return {
    attach: form.targets.filter((target) => !old.targets.includes(target)),
    detach: old.targets.filter((target) => !form.targets.includes(target)),
    tag: form.tags.filter(({ Key, Value = '' }) => !old.tags.some((tag) => tag.Key === Key && (tag.Value ?? '') === Value)),
    untag: old.tags.filter(({ Key }) => !form.tags.some((tag) => tag.Key === Key)).map(({ Key }) => Key),
  };
}
