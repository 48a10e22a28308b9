import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { attributeFault, type AttributeRow } from './attributes';

interface AttributesEditorProps {
  rows: AttributeRow[];
  onChange: (rows: AttributeRow[]) => void;
  /** Faults are shown: somebody has tried to save. */
  tried: boolean;
  /** "thing" */
  what: string;
}

/** Edits attributes: names and values. */
export function AttributesEditor({ rows, onChange, tried, what }: AttributesEditorProps) {
  const set = (index: number, change: Partial<AttributeRow>) => onChange(rows.map((row, i) => (i === index ? { ...row, ...change } : row)));
  const fault = (row: AttributeRow, member: 'name' | 'value') => {
    const found = tried ? attributeFault(row, rows) : undefined;
    return found?.member === member ? found.text : undefined;
  };
  return (
    <FormField label="Attributes" description={`What else is to be known of the ${what}, such as where it is.`} stretch>
      <AttributeEditor
        items={rows}
        addButtonText="Add attribute"
        removeButtonText="Remove"
        removeButtonAriaLabel={({ name }) => `Remove attribute ${name}`}
        empty="No attributes."
        onAddButtonClick={() => onChange([...rows, { name: '', value: '' }])}
        onRemoveButtonClick={({ detail }) => onChange(rows.filter((_, i) => i !== detail.itemIndex))}
        definition={[
          {
            label: 'Name',
            control: ({ name }, i) => <Input value={name} onChange={({ detail }) => set(i, { name: detail.value })} placeholder="floor" autoComplete={false} />,
            errorText: (row) => fault(row, 'name'),
          },
          {
            label: 'Value',
            control: ({ value }, i) => <Input value={value} onChange={({ detail }) => set(i, { value: detail.value })} placeholder="2" autoComplete={false} />,
            errorText: (row) => fault(row, 'value'),
          },
        ]}
      />
    </FormField>
  );
}
