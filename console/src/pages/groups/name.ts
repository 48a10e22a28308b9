/** What is wrong with the name of a group; undefined: nothing. */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'Give the group a name.';
  if (!/^[a-zA-Z0-9:_-]{1,128}$/.test(name)) return 'Use letters, digits, colon, underscore and hyphen; at most 128.';
  return undefined;
}
