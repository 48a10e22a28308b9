import { expect, it } from 'vitest';
import { profileUse } from './uses';

const profile = {
  securityProfileName: 'cams',
  behaviors: [
    { name: 'inside', metric: 'aws:num-messages-sent', metricDimension: { dimensionName: 'orders', operator: 'IN' as const } },
    { name: 'hot', metric: 'temperature' },
  ],
  additionalMetricsToRetainV2: [{ metric: 'aws:message-byte-size', metricDimension: { dimensionName: 'orders' } }, { metric: 'temperature' }],
};

it('finds behaviors and retained metrics with a dimension', () => {
  const use = profileUse({ dimensionName: 'orders' }, 'cams', profile);
  expect(use.behaviors?.map(({ name }) => name)).toEqual(['inside']);
  expect(use.retained?.map(({ metric }) => metric)).toEqual(['aws:message-byte-size']);
});

it('finds those of a metric', () => {
  const use = profileUse({ metricName: 'temperature' }, 'cams', profile);
  expect(use.behaviors?.map(({ name }) => name)).toEqual(['hot']);
  expect(use.retained).toHaveLength(1);
});

it('knows no more than the name of a profile that one may not see', () => {
  expect(profileUse({ metricName: 'temperature' }, 'cams', undefined)).toEqual({ name: 'cams' });
});
