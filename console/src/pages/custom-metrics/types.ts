import type { CustomMetricType } from '../../api';

interface TypeWords {
  title: string;
  help: string;
  /** The value in a report. */
  sample: Record<string, unknown>;
}

/** What custom metrics can be made of. */
export const metricTypes: Record<CustomMetricType, TypeWords> = {
  number: { title: 'Number', help: 'One number: a temperature, a level, a count. Takes fixed and statistical thresholds.', sample: { number: 21.5 } },
  'number-list': { title: 'Number list', help: 'Some numbers: open file handles, error codes. All or none must be of a list.', sample: { number_list: [1, 2, 3] } },
  'string-list': { title: 'String list', help: 'Some texts: processes, users, USB devices. All or none must be of a list.', sample: { string_list: ['wifi', 'bluetooth'] } },
  'ip-address-list': { title: 'IP address list', help: 'Some addresses: DNS servers, peers. All or none must be of a list of networks.', sample: { ip_list: ['192.0.2.7', '2001:db8::7'] } },
};

export const metricTypeNames = Object.keys(metricTypes) as CustomMetricType[];
