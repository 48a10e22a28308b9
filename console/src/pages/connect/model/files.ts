import type { Made } from './made';

/** Names of the files that a device gets. Colons are no part of them: not all file systems take those. */
export interface FileNames {
  folder: string;
  certificate: string;
  key: string;
  rootCa: string;
}

export function fileNames(thingName: string): FileNames {
  const name = thingName.replaceAll(':', '_');
  return { folder: name, certificate: `${name}.pem`, key: `${name}.key`, rootCa: 'ca.pem' };
}

export interface DeviceFile {
  name: string;
  title: string;
  help: string;
  text: string;
  secret: boolean;
}

export function deviceFiles(made: Pick<Made, 'thingName' | 'certificatePem' | 'privateKey'>, rootCa: string): DeviceFile[] {
  const names = fileNames(made.thingName);
  return [
    { name: names.key, title: 'Private key', help: 'Proves who the device is. Shown now and never again: Vedette does not keep it.', text: made.privateKey, secret: true },
    { name: names.certificate, title: 'Certificate', help: 'Tells the server which device it is.', text: made.certificatePem, secret: false },
    { name: names.rootCa, title: 'Root CA', help: 'Tells the device that it talks to this server. The same for all devices.', text: rootCa, secret: false },
  ];
}

/** Who may read a file: the key is its owner's. */
export function modeOf({ secret }: DeviceFile): number {
  return secret ? 0o600 : 0o644;
}

/** Commands that write the files into a folder of their own where they are pasted. */
export function pasteCommands(thingName: string, files: DeviceFile[]): string {
  const { folder } = fileNames(thingName);
  const writes = files.map((file) => `cat > ${file.name} <<'END'\n${file.text.trimEnd()}\nEND\nchmod ${modeOf(file).toString(8)} ${file.name}`);
  return [`mkdir -p -m 700 ${folder} && cd ${folder}`, ...writes, ''].join('\n');
}
