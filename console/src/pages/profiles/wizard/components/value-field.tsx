import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Textarea from '@cloudscape-design/components/textarea';
import { metricOf } from '../../../../api';
import { formatCount, plural } from '../../../../commons/format';
import { elementsOf, isList } from '../../model/value-text';
import { valueFields } from '../config';
import type { BehaviorFieldsProps } from './behavior-fields';

/** The value to compare with, in the input that its kind needs. */
export function ValueField({ form, onChange, fault }: BehaviorFieldsProps) {
  const { member, value } = form;
  if (member === '') {
    return (
      <FormField label="Value" errorText={fault('value')}>
        <Input value={value} disabled />
      </FormField>
    );
  }
  const { label, placeholder, help } = valueFields[member];
  const change = ({ detail }: { detail: { value: string } }) => onChange({ ...form, value: detail.value });
  if (isList(member)) {
    const elements = elementsOf(member, value);
    return (
      <FormField label={label} description={help} constraintText={plural(elements.length, 'element')} errorText={fault('value')}>
        <Textarea value={value} onChange={change} placeholder={placeholder} rows={Math.min(10, Math.max(3, value.split('\n').length + 1))} disableBrowserAutocorrect spellcheck={false} />
      </FormField>
    );
  }
  const unit = metricOf(form.metric)?.unit;
  const readable = member === 'count' && unit === 'bytes' && /^\d{4,}$/.test(value.trim()) ? `= ${formatCount(Number(value), unit)}` : undefined;
  return (
    <FormField label={unit ? `${label} (${unit})` : label} constraintText={readable} errorText={fault('value')}>
      <Input value={value} onChange={change} placeholder={placeholder} inputMode={member === 'count' ? 'numeric' : 'decimal'} autoComplete={false} />
    </FormField>
  );
}
