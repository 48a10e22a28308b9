import type { CreateCustomMetricRequest, CustomMetricType, Tag } from '../../../api';
import { nameFault } from '../../../commons/form/name';

/** What is typed into the form. */
export interface MetricForm {
  name: string;
  type: CustomMetricType;
  displayName: string;
  tags: Tag[];
  tagsValid: boolean;
}

export const emptyForm: MetricForm = { name: '', type: 'number', displayName: '', tags: [], tagsValid: true };

/** What is wrong with the name; undefined: nothing. */
export function metricNameFault(name: string): string | undefined {
  return name.startsWith('aws:') ? 'aws: is for the metrics of AWS: choose another beginning' : nameFault(name);
}

export function inputOf({ name, type, displayName, tags }: MetricForm, clientRequestToken: string): CreateCustomMetricRequest {
  return { metricName: name, metricType: type, ...(displayName && { displayName }), ...(tags.length > 0 && { tags }), clientRequestToken };
}
