import { useMemo } from 'react';
import { useDark } from '../layout/theme';

/** Colours of charts, by what they say. Their values are custom properties in theme/app.css. */
export const tones = ['ink', 'muted', 'line', 'alarm', 'cleared', 'invalidated', 'normal', 'series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'series-6'] as const;
export type Tone = (typeof tones)[number];

export function toneColor(tone: Tone): string {
  return `var(--vedette-${tone})`;
}

/** The colour of the n-th series, from 0. */
export function seriesTone(index: number): Tone {
  return `series-${(index % 6) + 1}` as Tone;
}

/** The colours as a canvas wants them. New ones when the theme changes. */
export function usePalette(): Record<Tone, string> {
  const dark = useDark();
  return useMemo(() => {
    void dark;
    const style = getComputedStyle(document.body);
    return Object.fromEntries(tones.map((tone) => [tone, style.getPropertyValue(`--vedette-${tone}`).trim()])) as Record<Tone, string>;
  }, [dark]);
}
