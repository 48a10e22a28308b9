import Select, { type SelectProps } from '@cloudscape-design/components/select';
import { metricInfo, metrics, type MetricInfo } from '../../../../api';
import { metricTitle } from '../../../../i18n-strings';
import type { CustomTypes } from '../../model/validate';

export interface MetricSelectProps {
  metric: string;
  custom: CustomTypes;
  onChange: (info: MetricInfo) => void;
  ariaLabel?: string;
}

/** Chooses a metric, by its kind. Belongs into a FormField. */
export function MetricSelect({ metric, custom, onChange, ariaLabel }: MetricSelectProps) {
  const side = (wanted: MetricInfo['side']) => metrics.filter((info) => info.side === wanted).map(({ name }) => optionOf(name));
  const groups: SelectProps.OptionGroup[] = [
    { label: 'Device-side metrics', options: side('device') },
    { label: 'Cloud-side metrics', options: side('cloud') },
    { label: 'Custom metrics', options: Object.keys(custom).sort().map((name) => optionOf(name, custom[name])) },
  ];
  return (
    <Select
      selectedOption={metric ? optionOf(metric) : null}
      options={groups.filter(({ options }) => options.length > 0)}
      onChange={({ detail }) => {
        const name = detail.selectedOption.value ?? '';
        const info = metricInfo(name, custom[name]);
        if (info) onChange(info);
      }}
      placeholder="Choose a metric"
      filteringType="auto"
      filteringPlaceholder="Find a metric"
      filteringAriaLabel="Find a metric"
      {...(ariaLabel && { ariaLabel })}
    />
  );
}

function optionOf(name: string, type?: string): SelectProps.Option {
  const title = metricTitle(name);
  return { value: name, label: title, ...(type ? { description: type } : title !== name && { description: name }) };
}
