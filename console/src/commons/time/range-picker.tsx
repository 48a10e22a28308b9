import DateRangePicker, { type DateRangePickerProps } from '@cloudscape-design/components/date-range-picker';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useNow } from './clock';
import { boundsOf, day, hour, readRange, writeRange, type TimeRange } from './range';

export interface UsedRange {
  range: TimeRange;
  setRange: (range: TimeRange) => void;
  startTime: number;
  endTime: number;
}

/** A time range that stands in the URL. Bounds of "the last …" move with the minutes. */
export function useTimeRange(fallback: TimeRange = { last: day }): UsedRange {
  const [search, setSearch] = useSearchParams();
  const now = useNow();
  const range = readRange(search, fallback);
  return { range, setRange: (range) => setSearch((search) => writeRange(search, range), { replace: true }), ...boundsOf(range, now) };
}

const unitsOf: [DateRangePickerProps.TimeUnit, number][] = [
  ['day', day],
  ['hour', hour],
  ['minute', 60],
];

/** Default choices of "the last …", in seconds. */
const offered = [hour, 6 * hour, day, 3 * day, 7 * day, 14 * day];

/** Lets one choose the range of useTimeRange. longest: of the range, in seconds. */
export function TimeRangePicker({ used, choices = offered, longest = 366 * day }: { used: UsedRange; choices?: number[]; longest?: number }) {
  const options = useMemo(() => choices.map((seconds) => ({ ...relative(seconds), key: String(seconds) })), [choices]);
  const { range, setRange } = used;
  return (
    <DateRangePicker
      value={'last' in range ? { ...relative(range.last), key: String(range.last) } : absolute(range)}
      relativeOptions={options}
      onChange={({ detail }) => {
        const chosen = rangeOf(detail.value);
        if (chosen) setRange(chosen);
      }}
      isValidRange={(value) => validity(rangeOf(value), longest)}
      showClearButton={false}
      expandToViewport
      absoluteFormat="long-localized"
      placeholder="Choose a time range"
      ariaLabel="Time range"
    />
  );
}

function relative(seconds: number): DateRangePickerProps.RelativeValue {
  const [unit, size] = unitsOf.find(([, size]) => seconds % size === 0) ?? (['second', 1] as const);
  return { type: 'relative', amount: seconds / size, unit };
}

function absolute({ from, to }: { from: number; to: number }): DateRangePickerProps.AbsoluteValue {
  return { type: 'absolute', startDate: new Date(from * 1000).toISOString(), endDate: new Date(to * 1000).toISOString() };
}

function rangeOf(value: DateRangePickerProps.Value | null): TimeRange | undefined {
  if (!value) return undefined;
  if (value.type === 'absolute') return { from: Date.parse(value.startDate) / 1000, to: Date.parse(value.endDate) / 1000 };
  const sizes: Record<string, number> = { second: 1, minute: 60, hour, day, week: 7 * day, month: 30 * day, year: 365 * day };
  return { last: value.amount * (sizes[value.unit] ?? 1) };
}

function validity(range: TimeRange | undefined, longest: number): DateRangePickerProps.ValidationResult {
  if (!range) return { valid: false, errorMessage: 'Choose a begin and an end.' };
  const length = 'last' in range ? range.last : range.to - range.from;
  if (Number.isNaN(length)) return { valid: false, errorMessage: 'Choose a begin and an end.' };
  if (length <= 0) return { valid: false, errorMessage: 'The begin must be before the end.' };
  if (length > longest) return { valid: false, errorMessage: `Choose at most ${Math.round(longest / day)} days.` };
  return { valid: true };
}
