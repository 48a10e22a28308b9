import type { Plugin } from 'vite';

const file = '/app-layout/visual-refresh/mobile-toolbar.js';
const wrong = `"aria-orientation": "horizontal", className: clsx(styles['mobile-toolbar-nav']`;

/**
 * Takes an attribute that a `nav` may not have (ARIA 1.2, aria-orientation) from
 * Cloudscape's layout in narrow windows. Ends the build once Cloudscape has changed there,
 * so that this file goes when it is not needed any more.
 */
export function mend(): Plugin {
  return {
    name: 'vedette:mend',
    apply: 'build',
    transform(code, id) {
      if (!id.includes(file)) return undefined;
      if (!code.includes(wrong)) this.error(`${file} of Cloudscape has changed: look whether build/mend.ts is still needed`);
      return { code: code.replace(wrong, wrong.slice(wrong.indexOf('className'))), map: null };
    },
  };
}
