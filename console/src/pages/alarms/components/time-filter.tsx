import DateRangePicker, { type DateRangePickerProps } from '@cloudscape-design/components/date-range-picker';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useNow } from '../../../commons/time/clock';
import { boundsOf, day, hour, readRange, writeRange, type TimeRange } from '../../../commons/time/range';

export interface UsedTimeFilter {
  /** undefined: any time. */
  range: TimeRange | undefined;
  setRange: (range: TimeRange | undefined) => void;
  /** For calls. An open end stays open, so that calls repeat. */
  bounds: { startTime?: number; endTime?: number };
}

const anyTime: TimeRange = { last: Infinity };

/** When alarms began, as the URL says, in the words of useTimeRange; nothing there: any time. */
export function useTimeFilter(): UsedTimeFilter {
  const [search, setSearch] = useSearchParams();
  const now = useNow();
  const read = readRange(search, anyTime);
  const range = read === anyTime ? undefined : read;
  const { startTime, endTime } = boundsOf(range ?? { last: 0 }, now);
  return {
    range,
    setRange: (range) => setSearch((search) => (range ? writeRange(search, range) : without(search)), { replace: true }),
    bounds: range ? { startTime, ...('from' in range && { endTime }) } : {},
  };
}

function without(search: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const name of ['last', 'from', 'to', 'page']) next.delete(name);
  return next;
}

const units = { second: 1, minute: 60, hour, day, week: 7 * day, month: 30 * day, year: 365 * day };
const offered: { amount: number; unit: 'hour' | 'day' }[] = [
  { amount: 1, unit: 'hour' },
  { amount: 6, unit: 'hour' },
  { amount: 1, unit: 'day' },
  { amount: 7, unit: 'day' },
];

/** Lets one narrow a list to alarms that began in a range of time. */
export function TimeFilter({ used: { range, setRange } }: { used: UsedTimeFilter }) {
  const options = useMemo(() => offered.map((one) => ({ ...one, key: `${one.amount} ${one.unit}`, type: 'relative' as const })), []);
  return (
    <DateRangePicker
      value={range ? valueOf(range) : null}
      relativeOptions={options}
      onChange={({ detail }) => setRange(detail.value ? rangeOf(detail.value) : undefined)}
      isValidRange={(value) => validity(value && rangeOf(value))}
      expandToViewport
      absoluteFormat="long-localized"
      placeholder="Began at any time"
      ariaLabel="Began"
      i18nStrings={{ clearButtonLabel: 'Any time' }}
    />
  );
}

function valueOf(range: TimeRange): DateRangePickerProps.Value {
  if ('last' in range) {
    const unit = (['day', 'hour', 'minute'] as const).find((unit) => range.last % units[unit] === 0) ?? 'second';
    return { type: 'relative', amount: range.last / units[unit], unit };
  }
  return { type: 'absolute', startDate: new Date(range.from * 1000).toISOString(), endDate: new Date(range.to * 1000).toISOString() };
}

function rangeOf(value: DateRangePickerProps.Value): TimeRange {
  if (value.type === 'relative') return { last: value.amount * units[value.unit] };
  return { from: Date.parse(value.startDate) / 1000, to: Date.parse(value.endDate) / 1000 };
}

function validity(range: TimeRange | null): DateRangePickerProps.ValidationResult {
  if (!range) return { valid: false, errorMessage: 'Choose a begin and an end, or press Any time.' };
  if ('last' in range ? range.last > 0 : range.from < range.to) return { valid: true };
  return { valid: false, errorMessage: 'The begin must be before the end.' };
}
