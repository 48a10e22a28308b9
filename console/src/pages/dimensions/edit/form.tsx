import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { FormErrors } from '../../../commons/form/errors';
import { FilterRows } from '../components/filter-rows';
import { variables } from '../filter';

export interface DimensionFieldsProps {
  name: string;
  /** undefined: it has its name for good. */
  onName?: (name: string) => void;
  nameError?: string | undefined;
  filters: string[];
  onFilters: (filters: string[]) => void;
  /** Somebody wanted to save: all faults are shown. */
  strict: boolean;
  errors: FormErrors;
}

/** Name and topic filters of a dimension. */
export function DimensionFields({ name, onName, nameError, filters, onFilters, strict, errors }: DimensionFieldsProps) {
  return (
    <Container header={<Header variant="h2">Dimension</Header>}>
      <SpaceBetween size="l">
        {onName && (
          <FormField label="Name" description="It cannot be changed later." constraintText="1 to 128 letters, digits and : _ -" errorText={nameError ?? errors.of('name')}>
            <Input value={name} onChange={({ detail }) => onName(detail.value)} placeholder="orders" disableBrowserAutocorrect autoComplete={false} autoFocus />
          </FormField>
        )}
        <FormField
          label="Topic filters"
          description={
            <>
              A message belongs to the dimension if one of them matches its topic. They may have + and #, and <code>{variables[0]?.name}</code> or <code>{variables[1]?.name}</code> for the device&apos;s own topics.
            </>
          }
          constraintText="1 to 100 filters of at most 256 characters. Lines that you paste become filters."
          errorText={errors.of('stringValues')}
          stretch
        >
          <FilterRows filters={filters} onChange={onFilters} strict={strict} />
        </FormField>
      </SpaceBetween>
    </Container>
  );
}
