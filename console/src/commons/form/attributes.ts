/** One attribute of a thing or a group, as it is edited. */
export interface AttributeRow {
  name: string;
  value: string;
}

export function rowsOf(attributes: Record<string, string> | undefined): AttributeRow[] {
  return Object.entries(attributes ?? {}).map(([name, value]) => ({ name, value }));
}

export function attributesOf(rows: AttributeRow[]): Record<string, string> {
  return Object.fromEntries(rows.map(({ name, value }) => [name.trim(), value.trim()]));
}

/** What is wrong with an attribute; undefined: nothing. */
export function attributeFault({ name, value }: AttributeRow, rows: AttributeRow[]): { member: 'name' | 'value'; text: string } | undefined {
  const key = name.trim();
  if (key === '') return { member: 'name', text: 'Give the attribute a name, or remove it.' };
  if (!/^[a-zA-Z0-9_.,@/:#-]{1,128}$/.test(key)) return { member: 'name', text: 'Use letters, digits and _ . , @ / : # - only; at most 128.' };
  if (rows.filter((row) => row.name.trim() === key).length > 1) return { member: 'name', text: 'There is another attribute of this name.' };
  if (value.trim() === '') return { member: 'value', text: 'Give the attribute a value, or remove it.' };
  if (!/^[a-zA-Z0-9_.,@/:#=[\]-]{1,800}$/.test(value.trim())) return { member: 'value', text: 'Use letters, digits and _ . , @ / : # = [ ] - only; at most 800.' };
  return undefined;
}
