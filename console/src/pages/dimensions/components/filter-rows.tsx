import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { filterFault, lines } from '../filter';

const most = 100;

export interface FilterRowsProps {
  filters: string[];
  onChange: (filters: string[]) => void;
  /** Show the faults of all rows, also of those that nobody has left yet. */
  strict: boolean;
}

/** Topic filters, one in a row. Lines that are pasted become rows. */
export function FilterRows({ filters, onChange, strict }: FilterRowsProps) {
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const set = (at: number, text: string) => onChange(filters.toSpliced(at, 1, text).slice(0, most));
  const paste = (at: number, text: string) => onChange(filters.toSpliced(at, filters[at] ? 0 : 1, ...lines(text)).slice(0, most));
  const remove = (at: number) => {
    onChange(filters.toSpliced(at, 1));
    setLeft(new Set());
  };
  return (
    <SpaceBetween size="s">
      {filters.map((filter, at) => (
        <div
          key={at}
          onPasteCapture={(event) => {
            const text = event.clipboardData.getData('text');
            if (lines(text).length < 2) return;
            event.preventDefault();
            paste(at, text);
          }}
        >
          <FormField
            errorText={strict || left.has(at) ? filterFault(filter) : undefined}
            secondaryControl={
              <Button iconName="remove" variant="icon" formAction="none" ariaLabel={`Remove filter ${at + 1}`} disabled={filters.length === 1} onClick={() => remove(at)} />
            }
          >
            <Input
              value={filter}
              ariaLabel={`Topic filter ${at + 1}`}
              placeholder="plant/+/orders/#"
              disableBrowserAutocorrect
              autoComplete={false}
              spellcheck={false}
              onChange={({ detail }) => set(at, detail.value)}
              onBlur={() => setLeft(new Set(left).add(at))}
            />
          </FormField>
        </div>
      ))}
      <Button iconName="add-plus" formAction="none" disabled={filters.length >= most} onClick={() => onChange([...filters, ''])}>
        Add filter
      </Button>
    </SpaceBetween>
  );
}
