/** What is wrong with the name of a security profile, dimension, custom metric, thing or thing group; undefined: nothing. */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'Type a name';
  const other = /[^a-zA-Z0-9:_-]/u.exec(name);
  if (other) return `Letters, digits and : _ - only; not ${other[0] === ' ' ? 'a space' : `"${other[0]}"`}`;
  return name.length > 128 ? `At most 128 characters; this has ${name.length}` : undefined;
}
