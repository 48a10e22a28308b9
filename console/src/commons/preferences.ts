const prefix = 'vedette.';

/** Reads a preference of this browser; undefined where there is none, or one that read does not take. */
export function readPreference<T>(name: string, read: (value: unknown) => T | undefined): T | undefined {
  try {
    const text = localStorage.getItem(prefix + name);
    return text === null ? undefined : read(JSON.parse(text));
  } catch {
    return undefined; // storage is forbidden, or the text is of another version
  }
}

export function writePreference(name: string, value: unknown): void {
  try {
    localStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // storage is forbidden or full: the choice holds until the page is left
  }
}
