export { Bars, type BarsProps } from './bars';
export { Histogram, type HistogramProps } from './histogram';
export { LineChart, type LineChartProps } from './line-chart';
export type { Band, ChartEvent, ChartModel, Series, Threshold } from './model';
export { PresenceStrip, type PresenceStripProps } from './presence-strip';
