import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { DimensionValueOperator } from '../../../../api';
import { dimensionOperators } from '../../../../i18n-strings';

export interface DimensionFieldsProps {
  dimension: string;
  operator: DimensionValueOperator;
  dimensions: string[];
  onChange: (change: { dimension?: string; dimensionOperator?: DimensionValueOperator }) => void;
}

/** Chooses a dimension, and whether its topics or all others count. Belongs into a FormField. */
export function DimensionFields({ dimension, operator, dimensions, onChange }: DimensionFieldsProps) {
  const names = dimension && !dimensions.includes(dimension) ? [dimension, ...dimensions] : dimensions;
  const operators = (['IN', 'NOT_IN'] as const).map((value) => ({ value, label: dimensionOperators[value] }));
  return (
    <SpaceBetween size="xs">
      <Select
        selectedOption={{ value: dimension, label: dimension || 'None' }}
        options={[{ value: '', label: 'None' }, ...names.map((value) => ({ value, label: value }))]}
        onChange={({ detail }) => onChange({ dimension: detail.selectedOption.value ?? '' })}
        filteringType={names.length > 10 ? 'auto' : 'none'}
        ariaLabel="Dimension"
      />
      {dimension && (
        <Select
          selectedOption={operators.find(({ value }) => value === operator) ?? null}
          options={operators}
          onChange={({ detail }) => onChange({ dimensionOperator: detail.selectedOption.value as DimensionValueOperator })}
          ariaLabel="Topics of the dimension, or all others"
        />
      )}
    </SpaceBetween>
  );
}
