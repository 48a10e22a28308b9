import type { SelectProps } from '@cloudscape-design/components/select';
import type { WizardProps } from '@cloudscape-design/components/wizard';
import type { ComparisonOperator } from '../../../api';
import type { Member } from '../model/value-text';

/** Choices of how to compare. */
export const comparisonTitles: Record<ComparisonOperator, string> = {
  'less-than': 'Less than',
  'less-than-equals': 'At most',
  'greater-than': 'Greater than',
  'greater-than-equals': 'At least',
  'in-cidr-set': 'Only addresses in',
  'not-in-cidr-set': 'No address in',
  'in-port-set': 'Only ports in',
  'not-in-port-set': 'No port in',
  'in-set': 'Only members in',
  'not-in-set': 'No member in',
};

/** The percentiles that there are. */
export const statistics: SelectProps.Option[] = [
  { value: 'p100', label: 'p100', description: 'The maximum' },
  { value: 'p99.99', label: 'p99.99', description: 'One in 10,000 lies above' },
  { value: 'p99.9', label: 'p99.9', description: 'One in 1,000 lies above' },
  { value: 'p99', label: 'p99', description: 'One in 100 lies above' },
  { value: 'p90', label: 'p90', description: 'One in 10 lies above' },
  { value: 'p50', label: 'p50', description: 'The median' },
  { value: 'p10', label: 'p10', description: 'One in 10 lies below' },
  { value: 'p1', label: 'p1', description: 'One in 100 lies below' },
  { value: 'p0.1', label: 'p0.1', description: 'One in 1,000 lies below' },
  { value: 'p0.01', label: 'p0.01', description: 'One in 10,000 lies below' },
  { value: 'p0', label: 'p0', description: 'The minimum' },
];

/** Field of each kind of value. */
export const valueFields: Record<Member, { label: string; placeholder: string; help?: string }> = {
  count: { label: 'Value', placeholder: '20000' },
  number: { label: 'Value', placeholder: '36.6' },
  ports: { label: 'Ports', placeholder: '443, 8883, 9000-9010', help: 'Separated by commas, spaces or lines; 9000-9010 is a range.' },
  cidrs: { label: 'Addresses and networks', placeholder: '10.0.0.0/8\n192.0.2.7\n2001:db8::/32', help: 'CIDRs or single addresses, separated by commas, spaces or lines.' },
  numbers: { label: 'Numbers', placeholder: '1, 2, 3.5', help: 'Separated by commas, spaces or lines.' },
  strings: { label: 'Texts', placeholder: 'sshd\nagent', help: 'One per line, or separated by commas.' },
};

export const wizardText: WizardProps.I18nStrings = {
  stepNumberLabel: (number) => `Step ${number}`,
  collapsedStepsLabel: (number, count) => `Step ${number} of ${count}`,
  skipToButtonLabel: ({ title }) => `Skip to ${title.toLowerCase()}`,
  navigationAriaLabel: 'Steps',
  cancelButton: 'Cancel',
  previousButton: 'Previous',
  nextButton: 'Next',
  optional: 'optional',
};
