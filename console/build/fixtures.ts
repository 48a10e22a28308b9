import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { operations } from '../src/api/operations_gen.ts';

const folder = fileURLToPath(new URL('../src/fixtures/', import.meta.url));

/**
 * Has the development server answer calls itself, out of src/fixtures/OPERATION.json: to
 * work on pages without a server, or with answers that one does not give at will.
 */
export function fixtures(): Plugin {
  return {
    name: 'vedette:fixtures',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = new URL(request.url ?? '/', 'http://localhost').pathname;
        if (path.startsWith('/console')) return next();
        if (path === '/vedette/v1/live') return stream(response);
        const name = operationOf(request.method ?? 'GET', path);
        const file = `${folder}${name}.json`;
        response.setHeader('Content-Type', 'application/json');
        if (!name || !existsSync(file)) {
          response.statusCode = 501;
          response.setHeader('x-amzn-ErrorType', 'NotImplementedException');
          response.end(JSON.stringify({ message: `There is no src/fixtures/${name || `(operation of ${path})`}.json.` }));
          return;
        }
        response.end(readFileSync(file));
      });
    },
  };
}

/** The operation of a request; one whose path has fewer labels goes before. */
function operationOf(method: string, path: string): string | undefined {
  return Object.entries(operations)
    .filter(([, op]) => op.method === method && pattern(op.uri).test(path))
    .sort(([, a], [, b]) => a.uri.split('{').length - b.uri.split('{').length)[0]?.[0];
}

function pattern(uri: string): RegExp {
  return new RegExp(`^${uri.replace(/\{\w+\+\}/g, '.+').replace(/\{\w+\}/g, '[^/]+')}$`);
}

function stream(response: import('node:http').ServerResponse): void {
  response.setHeader('Content-Type', 'text/event-stream');
  const send = () =>
    response.write(`event: counters\ndata: ${JSON.stringify({ activeAlarms: 17, reportsPerSecond: 161 + Math.round(Math.random() * 20), messagesPerSecond: 402.5, connections: 48 })}\n\n`);
  send();
  const timer = setInterval(send, 2000);
  response.on('close', () => clearInterval(timer));
}
