import { describe, expect, test } from 'vitest';
import type { Behavior, ThingMetric, Violation } from '../../../api';
import { alarmsWithin } from './alarms';
import { behaviorsOf, comparable, sumsOf, usualSum, type Applied } from './behaviors';
import { chartBounds } from './bounds';
import { chosenMetric, dimensionText, fullTitle, keyText, valuesInput } from './kept-metric';
import { listsOf, normalFor } from './lists';
import { numberChart } from './number-chart';
import { sparkline } from './sparkline';

const own = { metricName: 'aws:num-messages-sent', metricDimension: { dimensionName: 'own-topics', operator: 'NOT_IN' as const } };

describe('metrics that values are kept of', () => {
  test('a dimension is part of the name', () => {
    expect(keyText(own)).toBe('aws:num-messages-sent/NOT_IN/own-topics');
    expect(keyText({ metricName: 'firmware' })).toBe('firmware');
    expect(keyText({ metricName: 'm', metricDimension: { dimensionName: 'd' } })).toBe('m/IN/d');
    expect(dimensionText(own)).toBe('outside own-topics');
    expect(fullTitle(own)).toBe('Messages sent outside own-topics');
  });

  test('values are asked for with their dimension', () => {
    expect(valuesInput('cam', own, 1, 2)).toEqual({ thingName: 'cam', metricName: 'aws:num-messages-sent', dimensionName: 'own-topics', dimensionValueOperator: 'NOT_IN', startTime: 1, endTime: 2 });
    expect(valuesInput('cam', { metricName: 'x' }, 1, 2)).toEqual({ thingName: 'cam', metricName: 'x', startTime: 1, endTime: 2 });
  });

  const metric = (metricName: string, kind: ThingMetric['kind']): ThingMetric => ({ metricName, kind, lastTime: 1 });
  const metrics = [metric('a', 'ports'), metric('b', 'count'), metric('c', 'count')];

  test.each([
    ['what the URL names', 'c', () => false, 'c'],
    ['else one in alarm', 'gone', ({ metricName }: ThingMetric) => metricName === 'a', 'a'],
    ['else a number', null, () => false, 'b'],
  ])('shown is %s', (_, wanted, inAlarm, expected) => {
    expect(chosenMetric(metrics, wanted, inAlarm)?.metricName).toBe(expected);
  });
});

function applied(name: string, criteria: Behavior['criteria'], metric = 'aws:all-bytes-out'): Applied {
  return { profile: 'p', behavior: { name, metric, ...(criteria && { criteria }) } };
}

describe('behaviors that judge a metric', () => {
  const short = applied('short', { comparisonOperator: 'less-than', value: { count: 9 }, durationSeconds: 300 });
  const long = applied('long', { comparisonOperator: 'less-than', value: { count: 90 }, durationSeconds: 3600 });
  const other = applied('other', { comparisonOperator: 'less-than', value: { count: 90 }, durationSeconds: 3600 });

  test('are those of the same metric and dimension', () => {
    const dimension: Applied = { profile: 'p', behavior: { name: 'd', metric: own.metricName, metricDimension: own.metricDimension } };
    expect(behaviorsOf([short, dimension], own)).toEqual([dimension]);
    expect(behaviorsOf([short, dimension], { metricName: own.metricName })).toEqual([]);
  });

  test('say over how long values are summed up', () => {
    expect(sumsOf([long, short], 'delta')).toEqual([0, 300, 3600]);
    expect(sumsOf([], 'delta')).toEqual([0]);
    expect(usualSum([short, long, other], [0, 300, 3600])).toBe(3600);
    expect(usualSum([], [0])).toBe(0);
  });

  test('a counter is kept in sums of 5 minutes', () => {
    const five = applied('five', { comparisonOperator: 'less-than', value: { count: 5 }, durationSeconds: 300 }, 'aws:num-messages-sent');
    expect(sumsOf([five], 'counter')).toEqual([0]);
    expect(comparable([five], 0, 'counter')).toEqual([five]);
  });

  test('are drawn where their sum is', () => {
    expect(comparable([short, long], 300, 'delta')).toEqual([short]);
    expect(comparable([short, long], 0, 'delta')).toEqual([]);
  });
});

describe('what is drawn', () => {
  test('the end of "the last" is ahead by a step of the range', () => {
    expect(chartBounds({ last: 3600 }, 100_010)).toEqual({ startTime: 96_420, endTime: 100_020 });
    expect(chartBounds({ last: 86_400 }, 100_010).endTime).toBe(100_200);
    expect(chartBounds({ from: 10, to: 20 }, 99)).toEqual({ startTime: 10, endTime: 20 });
  });

  test('alarms of the metric that stood in the time', () => {
    const alarm = (violationId: string, violationStartTime: number, endTime?: number, metric = 'm'): Violation => ({ violationId, violationStartTime, behavior: { name: 'b', metric }, ...(endTime !== undefined && { endTime }) });
    const found = alarmsWithin([alarm('before', 1, 5), alarm('over', 5, 50), alarm('active', 12), alarm('after', 30), alarm('other', 12, 13, 'n')], { metricName: 'm' }, 10, 20);
    expect(found.map(({ violationId }) => violationId)).toEqual(['over', 'active']);
  });

  test('numbers with thresholds and alarms', () => {
    const behavior = applied('few', { comparisonOperator: 'less-than-equals', value: { count: 5 }, durationSeconds: 300 }, 'aws:num-disconnects');
    const values = { kind: 'count' as const, unit: 'disconnects', times: [300, 600], counts: [1, 7], truncated: false };
    const model = numberChart({ metric: { metricName: 'aws:num-disconnects' }, values, sum: 0, applied: [behavior], moving: [], alarms: [{ violationStartTime: 600, behavior: behavior.behavior }], from: 0, to: 900 });
    expect(model.series).toEqual([{ label: 'Disconnects', values: [1, 7], tone: 'series-1' }]);
    expect(model.thresholds).toEqual([{ value: 5, label: 'few: at most 5' }]);
    expect(model.events).toEqual([{ time: 600, label: 'few: in alarm', tone: 'alarm' }]);
  });

  test('lists, and whether all behaviors call a member normal', () => {
    expect(listsOf({ kind: 'ports', times: [1, 2, 3], lists: [['22'], ['443']], listIndexes: [1, 0, 1], truncated: false })).toEqual([['443'], ['22'], ['443']]);
    const set = (ports: number[]) => applied('s', { comparisonOperator: 'in-port-set', value: { ports } }, 'aws:listening-tcp-ports');
    const normal = normalFor([set([443, 22]), set([443])]);
    expect([normal?.('443'), normal?.('22')]).toEqual([true, false]);
    expect(normalFor([])).toBeUndefined();
  });

  test('a small chart keeps extremes and breaks', () => {
    expect(sparkline([0, 50, 100], [1, 2, 4], 0, 100, 2)).toEqual([[[0, 0.25], [0.5, 0.5], [1, 1]]]);
    expect(sparkline([0, 1, 2], [1, 9, 4], 0, 100, 2)).toEqual([[[0, 1 / 9], [0, 1]]]);
    expect(sparkline([0, 50, 100], [1, null, 1], 0, 100, 2)).toHaveLength(2);
    expect(sparkline([], [], 0, 100, 2)).toEqual([]);
  });
});
