import { metricOf, type MetricValue } from '../../api';
import { formatCount, formatNumber, shorten } from '../format';

/** A metric value in words: "1.5 KB", "3 ports", "443, 8883 and 4 more". */
export function valueText(value: MetricValue | undefined, metricName?: string, limit = 5): string {
  if (!value) return '–';
  const { count, number, ports, cidrs, numbers, strings } = value;
  if (count !== undefined) return formatCount(count, metricOf(metricName)?.unit);
  if (number !== undefined) return formatNumber(number);
  const list = ports ?? cidrs ?? numbers ?? strings;
  return list ? shorten(list, limit) : '–';
}

/** A metric value, with all of a long list on hover. */
export function MetricValueText({ value, metric, limit = 5 }: { value: MetricValue | undefined; metric?: string | undefined; limit?: number }) {
  const list = value?.ports ?? value?.cidrs ?? value?.numbers ?? value?.strings;
  const whole = list && list.length > limit ? list.join(', ') : undefined;
  return (
    <span className="vedette-number" title={whole}>
      {valueText(value, metric, limit)}
    </span>
  );
}
