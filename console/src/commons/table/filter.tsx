import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { plural } from '../format';
import type { FilterProperty, FilterToken } from './config';
import type { Rows } from './rows';

/** The property filter of a table; what is typed without a property goes to the first one. */
export function TableFilter<T>({ rows }: { rows: Rows<T> }) {
  const { config, state, total } = rows;
  const filters = config.filters ?? [];
  if (filters.length === 0) return null;
  return (
    <PropertyFilter
      query={{ operation: 'and', tokens: state.filters.map(tokenOf) }}
      onChange={({ detail }) => state.setFilters(detail.tokens.flatMap((token) => filterOf(token, filters) ?? []))}
      filteringProperties={filters.map(propertyOf)}
      filteringOptions={filters.flatMap(optionsOf)}
      hideOperations
      expandToViewport
      filteringPlaceholder={`Find ${config.many}`}
      filteringAriaLabel={`Find ${config.many}`}
      {...(total !== undefined && state.filters.length > 0 && { countText: plural(total, 'match', 'matches') })}
    />
  );
}

function tokenOf({ key, operator, value }: FilterToken): PropertyFilterProps.Token {
  return { propertyKey: key, operator, value };
}

function filterOf<T>({ propertyKey, operator, value }: PropertyFilterProps.Token, filters: FilterProperty<T>[]): FilterToken | undefined {
  const property = filters.find(({ key }) => key === propertyKey) ?? filters[0];
  const text = String(value).trim();
  if (!property || !text) return undefined;
  const operators = property.operators ?? ['='];
  const wanted = operators.find((one) => one === operator) ?? operators.find((one) => one === '^' || one === ':') ?? operators[0];
  return wanted && { key: property.key, operator: wanted, value: text };
}

function propertyOf<T>({ key, label, group, operators = ['='], values = [] }: FilterProperty<T>): PropertyFilterProps.FilteringProperty {
  return {
    key,
    propertyLabel: label,
    groupValuesLabel: group ?? label,
    operators: operators.map((operator) => ({ operator, format: (value: string) => values.find((one) => one.value === value)?.label ?? value })),
    ...(operators[0] && { defaultOperator: operators[0] }),
  };
}

function optionsOf<T>({ key, values, suggestions = [] }: FilterProperty<T>): PropertyFilterProps.FilteringOption[] {
  if (values) return values.map(({ value, label }) => ({ propertyKey: key, value, label }));
  return suggestions.map((value) => ({ propertyKey: key, value }));
}
