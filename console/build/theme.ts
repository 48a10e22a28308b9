import { fileURLToPath } from 'node:url';
import { runnerImport, type Plugin } from 'vite';

const name = 'virtual:theme.css';
const source = fileURLToPath(new URL('../src/theme/theme.ts', import.meta.url));

/** Makes the style sheet that src/theme/theme.ts describes: import 'virtual:theme.css'. */
export function theme(): Plugin {
  return {
    name: 'vedette:theme',
    resolveId: (id) => (id === name ? '\0' + name : undefined),
    async load(id) {
      if (id !== '\0' + name) return undefined;
      this.addWatchFile(source);
      const { module } = await runnerImport<{ css: string }>(source, {
        configFile: false,
        logLevel: 'error',
        resolve: { noExternal: [/@cloudscape-design/] },
      });
      return module.css;
    },
  };
}
