import react from '@vitejs/plugin-react';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { compress } from './build/compress.ts';
import { fixtures } from './build/fixtures.ts';
import { fonts } from './build/fonts.ts';
import { mend } from './build/mend.ts';
import { theme } from './build/theme.ts';

/**
 * Where the development server takes all calls to: a running `vedette serve`; "fixtures":
 * nowhere, answers come out of src/fixtures.
 */
const server = process.env.VEDETTE_ENDPOINT ?? 'http://127.0.0.1:8080';
const fixed = server === 'fixtures';

/** Tests in a browser, against a real server: one after the other. */
function browser(name: string, include: string): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: [include],
      globalSetup: 'e2e/rig/world.ts',
      environment: 'node',
      fileParallelism: false,
      maxWorkers: 1,
      isolate: false,
      testTimeout: 180_000,
      hookTimeout: 180_000,
    },
  };
}

export default defineConfig({
  base: '/console/',
  plugins: [react(), mend(), theme(), fonts(), compress(), ...(fixed ? [fixtures()] : [])],
  build: {
    outDir: 'dist/app',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0, // the Content-Security-Policy allows files only
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
  },
  // Signatures cover the Host header: it goes on as the browser sent it.
  ...(!fixed && { server: { proxy: { '^/(?!console/)': { target: server, changeOrigin: false } } } }),
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.{ts,tsx}'], environment: 'node' } },
      browser('browser', 'e2e/suites/*.test.ts'),
      browser('screenshots', 'e2e/screenshots.ts'),
    ],
  },
});
