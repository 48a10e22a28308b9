import { expect, it } from 'vitest';
import { emptyForm, inputOf, metricNameFault } from './form';

it('keeps the names of AWS for AWS', () => {
  expect(metricNameFault('aws:battery')).toMatch(/aws:/);
  expect(metricNameFault('battery')).toBeUndefined();
});

it('sends only what was filled in', () => {
  expect(inputOf({ ...emptyForm, name: 'battery' }, 't')).toEqual({ metricName: 'battery', metricType: 'number', clientRequestToken: 't' });
  expect(inputOf({ ...emptyForm, name: 'b', displayName: 'B', tags: [{ Key: 'a', Value: '' }] }, 't')).toMatchObject({ displayName: 'B', tags: [{ Key: 'a', Value: '' }] });
});
