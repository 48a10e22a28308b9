import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Leaves NAME.gz in place of each file that compresses well: what the binary embeds and sends. */
export function compress(): Plugin {
  let folder = '';
  return {
    name: 'vedette:compress',
    apply: 'build',
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir);
    },
    async writeBundle() {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        const file = join(entry.parentPath, entry.name);
        if (!entry.isFile() || !/\.(js|css|html|svg|json)$/.test(entry.name)) continue;
        await writeFile(file + '.gz', gzipSync(await readFile(file), { level: 9 }));
        await rm(file);
      }
    },
  };
}
