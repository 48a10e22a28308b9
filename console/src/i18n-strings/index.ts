export { layout as text } from './layout';
export { metricNames, metricTitle, metricHelp } from './metrics';
export * from './words';
