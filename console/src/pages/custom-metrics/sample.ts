import type { CustomMetricType, DeploymentEndpoints } from '../../api';
import { metricTypes } from './types';

/** Where devices send reports of a thing. */
export function topicOf(thing: string): string {
  return `$aws/things/${thing}/defender/metrics/json`;
}

/** A metrics report with a value of the metric and nothing else. reportId: a number that grows. */
export function sampleReport(metric: string, type: CustomMetricType, reportId: number) {
  return {
    header: { report_id: reportId, version: '1.0' },
    custom_metrics: { [metric]: [metricTypes[type].sample] },
  };
}

/** A command that sends the report; its id is the second at which it runs. */
export function sampleCommand(metric: string, type: CustomMetricType, thing: string, endpoints: DeploymentEndpoints | undefined): string {
  const mark = 8_888_888_888;
  const [before = '', after = ''] = JSON.stringify(sampleReport(metric, type, mark)).split(String(mark));
  const port = endpoints && /:(\d+)$/.exec(endpoints.mqtt)?.[1];
  const host = endpoints ? ` -h ${endpoints.hostname}${port ? ` -p ${port}` : ''}` : '';
  return [`mosquitto_pub${host} -q 1 -i '${thing}'`, `-t '${topicOf(thing)}'`, `-m '${before}'$(date +%s)'${after}'`].join(' \\\n    ');
}
