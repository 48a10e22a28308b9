import type { Endpoint } from '../model/endpoint';
import type { FileNames } from '../model/files';

/** What a program needs to know to report. */
export interface Kit {
  thingName: string;
  endpoint: Endpoint;
  files: FileNames;
}

/** Something to copy: commands, or a file. */
export interface Block {
  /** "Command", or the name of the file */
  what: string;
  text: string;
  /** It is a file of this name. */
  fileName?: string;
}

/** A program or library that makes a device report. */
export interface Program {
  id: string;
  title: string;
  description: string;
  /** It can do without TLS. */
  plain: boolean;
  blocks: (kit: Kit) => Block[];
  /** What one would trip over. */
  notes?: (kit: Kit) => string[];
}

export function reportTopic(thingName: string): string {
  return `$aws/things/${thingName}/defender/metrics/json`;
}
