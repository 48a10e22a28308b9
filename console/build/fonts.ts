import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const inline = /url\(["']?data:font\/woff2;base64,([A-Za-z0-9+/=]+)["']?\)/g;

/**
 * Makes files of the fonts that Cloudscape has inside of its style sheet: the
 * Content-Security-Policy allows files only, and browsers load those that they need.
 */
export function fonts(): Plugin {
  return {
    name: 'vedette:fonts',
    apply: 'build',
    generateBundle(_, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type !== 'asset' || !asset.fileName.endsWith('.css')) continue;
        asset.source = String(asset.source).replace(inline, (_, base64: string) => {
          const source = Buffer.from(base64, 'base64');
          const name = `font-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.woff2`;
          this.emitFile({ type: 'asset', fileName: `assets/${name}`, source });
          return `url(./${name})`;
        });
      }
    },
  };
}
