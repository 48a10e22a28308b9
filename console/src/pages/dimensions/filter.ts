const longest = 256;

/** The variables that topic filters may have, and what they stand for. */
export const variables = [
  { name: '${iot:ClientId}', meaning: 'the client id that the device is connected with' },
  { name: '${iot:Connection.Thing.ThingName}', meaning: 'the name of the thing, if one of the client’s name is registered' },
];

/** What is wrong with a topic filter, as the server sees it; undefined: nothing. */
export function filterFault(filter: string): string | undefined {
  if (filter === '') return 'Type a topic filter';
  if (filter.length > longest) return `At most ${longest} characters; this has ${filter.length}`;
  if (filter.includes('\0')) return 'Without the null character';
  const levels = filter.split('/');
  if (levels.some((level) => level.length > 1 && level.includes('+'))) return '+ stands for a whole level: a/+/b';
  if (levels.some((level, i) => level.includes('#') && (level !== '#' || i < levels.length - 1))) return '# stands alone and last: a/#';
  return undefined;
}

/** What is wrong with a topic that a message is published on; undefined: nothing. */
export function topicFault(topic: string): string | undefined {
  return /[+#\0]/.test(topic) ? 'A message has a topic without + and #' : undefined;
}

/** The filters that can be tried: without empty rows and those with a fault. */
export function usable(filters: string[]): string[] {
  return filters.filter((filter) => filterFault(filter) === undefined);
}

/** A pasted text of several lines is as many filters. */
export function lines(text: string): string[] {
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
