import { describe, expect, it } from 'vitest';
import type { Profile } from './profile';
import { createInput, differences, formOfProfile, newProfile, newRetained, updateInput } from './profile-form';

const full: Profile = {
  securityProfileName: 'p',
  securityProfileArn: 'arn:aws:iot:us-east-1:000000000000:securityprofile/p',
  securityProfileDescription: 'd',
  behaviors: [
    { name: 'b', metric: 'aws:all-bytes-out', criteria: { comparisonOperator: 'less-than', value: { count: 5 }, durationSeconds: 300 } },
    { name: 'm', metric: 'aws:all-bytes-in', criteria: { mlDetectionConfig: { confidenceLevel: 'LOW' } } },
  ],
  alertTargets: { SNS: { alertTargetArn: 'arn:aws:sns:us-east-1:000000000000:ops', roleArn: 'arn:aws:iam::000000000000:role/sns' } },
  additionalMetricsToRetain: ['aws:all-packets-in'],
  additionalMetricsToRetainV2: [{ metric: 'aws:all-packets-in' }, { metric: 'aws:num-messages-sent', metricDimension: { dimensionName: 'auth' }, exportMetric: true }],
  metricsExportConfig: { mqttTopic: 'fleet/metrics', roleArn: 'arn:aws:iam::000000000000:role/export' },
  version: 3,
  creationDate: 1,
  lastModifiedDate: 2,
};

describe('createInput', () => {
  it('of an empty form is a name', () => {
    expect(createInput({ ...newProfile(), name: ' p ' })).toEqual({ securityProfileName: 'p' });
  });
  it('makes the same profile again', () => {
    const { behaviors, alertTargets, metricsExportConfig, additionalMetricsToRetainV2 } = full;
    expect(createInput(formOfProfile(full, ['all/things'], [{ Key: 'a', Value: '1' }]))).toEqual({
      securityProfileName: 'p',
      securityProfileDescription: 'd',
      behaviors,
      alertTargets,
      metricsExportConfig,
      additionalMetricsToRetainV2,
      tags: [{ Key: 'a', Value: '1' }],
    });
  });
  it('leaves out what is switched off', () => {
    const form = formOfProfile(full, [], []);
    const input = createInput({ ...form, export: { ...form.export, on: false }, alerts: { ...form.alerts, on: false } });
    expect(input).not.toHaveProperty('metricsExportConfig');
    expect(input).not.toHaveProperty('alertTargets');
  });
  it('has metrics that are only retained', () => {
    const retained = [{ ...newRetained(), metric: 'aws:num-messages-sent', dimension: 'auth', dimensionOperator: 'NOT_IN' as const }];
    expect(createInput({ ...newProfile(), name: 'p', retained }).additionalMetricsToRetainV2).toEqual([
      { metric: 'aws:num-messages-sent', metricDimension: { dimensionName: 'auth', operator: 'NOT_IN' }, exportMetric: false },
    ]);
  });
});

describe('updateInput', () => {
  it('of an unchanged form says the same', () => {
    const { behaviors, alertTargets, metricsExportConfig, additionalMetricsToRetainV2 } = full;
    expect(updateInput(formOfProfile(full, [], []), full)).toEqual({ securityProfileName: 'p', behaviors, alertTargets, metricsExportConfig, additionalMetricsToRetainV2, expectedVersion: 3 });
  });
  it('deletes by flags what is gone', () => {
    const form = formOfProfile(full, [], []);
    expect(updateInput({ ...form, description: '', behaviors: [], retained: [], export: { ...form.export, on: false }, alerts: { ...form.alerts, on: false } }, full)).toEqual({
      securityProfileName: 'p',
      securityProfileDescription: '',
      deleteBehaviors: true,
      deleteAlertTargets: true,
      deleteAdditionalMetricsToRetain: true,
      deleteMetricsExportConfig: true,
      expectedVersion: 3,
    });
  });
  it('deletes nothing that was never there', () => {
    expect(updateInput(formOfProfile({ securityProfileName: 'p', version: 1 }, [], []), { securityProfileName: 'p', version: 1 })).toEqual({ securityProfileName: 'p', expectedVersion: 1 });
  });
});

it('tells what else is to be done', () => {
  const old = { targets: ['all/things', 'thinggroup/a'], tags: [{ Key: 'a', Value: '1' }, { Key: 'b' }, { Key: 'c', Value: '3' }] };
  const form = { ...newProfile(), targets: ['thinggroup/a', 'thinggroup/b'], tags: [{ Key: 'a', Value: '2' }, { Key: 'b', Value: '' }] };
  expect(differences(old, form)).toEqual({ attach: ['thinggroup/b'], detach: ['all/things'], tag: [{ Key: 'a', Value: '2' }], untag: ['c'] });
});
