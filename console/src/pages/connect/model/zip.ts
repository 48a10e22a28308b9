/** A file of an archive. */
export interface ZipEntry {
  name: string;
  text: string;
  /** Of Unix: 0o600. */
  mode: number;
}

/** A ZIP archive of small texts: stored, not compressed (APPNOTE 6.3.10, 4.3.7, 4.3.12, 4.3.16). */
export function zip(entries: ZipEntry[], at: Date): Uint8Array<ArrayBuffer> {
  const body: number[] = [];
  const directory: number[] = [];
  for (const { name, text, mode } of entries) {
    const data = new TextEncoder().encode(text);
    const path = new TextEncoder().encode(name);
    // Version 2.0, names in UTF-8, stored.
    const common = [...u16(20), ...u16(0x800), ...u16(0), ...dosTime(at), ...u32(crc32(data)), ...u32(data.length), ...u32(data.length), ...u16(path.length), ...u16(0)];
    // Made on Unix, for the mode of a regular file.
    directory.push(...u32(0x02014b50), ...u16(0x0314), ...common, ...u16(0), ...u16(0), ...u16(0), ...u32((0o100000 + mode) * 0x10000), ...u32(body.length), ...path);
    body.push(...u32(0x04034b50), ...common, ...path, ...data);
  }
  const end = [...u32(0x06054b50), ...u16(0), ...u16(0), ...u16(entries.length), ...u16(entries.length), ...u32(directory.length), ...u32(body.length), ...u16(0)];
  return Uint8Array.from([...body, ...directory, ...end]);
}

function u16(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff];
}

function u32(value: number): number[] {
  return [...u16(value & 0xffff), ...u16(Math.floor(value / 0x10000))];
}

/** MS-DOS has local time in steps of two seconds. */
function dosTime(at: Date): number[] {
  const time = (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1);
  const date = ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate();
  return [...u16(time), ...u16(date)];
}

/** CRC-32 of ISO 3309. */
export function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
