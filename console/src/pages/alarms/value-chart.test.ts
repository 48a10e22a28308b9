import { describe, expect, it } from 'vitest';
import type { Behavior, Violation } from '../../api';
import { alarmEvents, fixedBounds, valueChart, withLast } from './value-chart';

const failures: Behavior = { name: 'refusals', metric: 'aws:num-authorization-failures', criteria: { comparisonOperator: 'less-than-equals', value: { count: 5 }, durationSeconds: 300 } };
const p99: Behavior = { name: 'loud', metric: 'aws:all-bytes-out', criteria: { comparisonOperator: 'less-than-equals', statisticalThreshold: { statistic: 'p99' }, durationSeconds: 300 } };
const span = { from: 0, to: 1200 };

describe('valueChart', () => {
  it('draws a fixed value with its good side', () => {
    const kept = { kind: 'count' as const, unit: 'failures', times: [300, 600], counts: [0, 8], truncated: false };
    const chart = valueChart({ behavior: failures, violationStartTime: 500 }, kept, [], span);
    expect(chart).toMatchObject({
      times: [300, 600],
      series: [{ label: 'Authorization failures in 5 min', values: [0, 8] }],
      thresholds: [{ value: 5, label: 'at most 5' }],
      bands: [{ to: 5, label: 'Expected' }],
      events: [{ time: 500, label: 'In alarm' }],
    });
    expect(chart.format(8)).toBe('8');
  });
  it('draws the moving threshold beside the values that it judged', () => {
    const kept = { kind: 'count' as const, unit: 'bytes', times: [305, 605, 905], counts: [1, 2, 3], truncated: false };
    const { series, thresholds, format } = valueChart({ behavior: p99 }, kept, [{ windowEnd: 300, count: 10 }, { windowEnd: 900, count: 30 }], span);
    expect(series[1]).toMatchObject({ label: 'p99 of the fleet', values: [10, null, 30], shape: 'stepped' });
    expect(thresholds).toBeUndefined();
    expect(format(1500)).toBe('1.5 KB');
  });
  it('draws no threshold that cannot be compared', () => {
    const size: Behavior = { name: 's', metric: 'aws:message-byte-size', criteria: { comparisonOperator: 'greater-than', value: { count: 1 } } };
    expect(valueChart({ behavior: size }, { kind: 'count' as const, times: [1], counts: [1], truncated: false }, [], span).thresholds).toBeUndefined();
  });
});

describe('withLast', () => {
  const line = { times: [300], values: [1] };
  it('ends the line with a value that is not kept yet', () => {
    expect(withLast(line, { lastViolationTime: 450, lastViolationValue: { count: 8 } })).toEqual({ times: [300, 450], values: [1, 8] });
  });
  it.each<Violation>([{ lastViolationTime: 300, lastViolationValue: { count: 8 } }, { lastViolationTime: 450, lastViolationValue: { ports: [1] } }, {}])('leaves it otherwise: %o', (violation) => {
    expect(withLast(line, violation)).toBe(line);
  });
});

describe('fixedBounds', () => {
  it('has normal values above a lower bound', () => {
    expect(fixedBounds({ name: 'b', metric: 'battery', criteria: { comparisonOperator: 'greater-than', value: { number: 20 } } }).bands).toEqual([{ from: 20, label: 'Expected' }]);
  });
  it('has none without a number', () => {
    expect(fixedBounds(p99)).toEqual({});
  });
});

describe('alarmEvents', () => {
  it('has begin and end', () => {
    expect(alarmEvents({ violationStartTime: 1, endTime: 2, endReason: 'alarm-invalidated' }).map(({ time, label, tone }) => [time, label, tone])).toEqual([
      [1, 'In alarm', 'alarm'],
      [2, 'Alarm invalidated', 'invalidated'],
    ]);
  });
});
