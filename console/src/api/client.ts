import { ApiError, errorOf, unreachable } from './error';
import type { OperationInfo } from './operation';
import { operations, type OperationName, type Operations } from './operations_gen';

export type Input<N extends OperationName> = Operations[N]['input'];
export type Output<N extends OperationName> = Operations[N]['output'];

/** Tells the server that a call comes from a page of ours: other sites cannot send it. */
export const consoleHeader = { 'X-Vedette-Console': '1' };

export interface CallOptions {
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

/** Calls an operation. Rejects with ApiError. */
export async function call<N extends OperationName>(name: N, input: Input<N>, options: CallOptions = {}): Promise<Output<N>> {
  const request = requestOf(operations[name], input as Record<string, unknown>);
  let response: Response;
  try {
    response = await fetch(request.url, {
      method: request.method,
      body: request.body ?? null,
      headers: { ...request.headers, ...consoleHeader, ...options.headers },
      credentials: 'same-origin',
      ...(options.signal && { signal: options.signal }),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw unreachable();
  }
  if (!response.ok) throw await errorOf(response);
  const text = await response.text();
  try {
    return (text ? JSON.parse(text) : {}) as Output<N>;
  } catch {
    throw new ApiError('NoAnswer', `${name} was answered with something that is not JSON.`, response.status);
  }
}

export interface ApiRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/** Puts the members of an input where the operation wants them. */
export function requestOf(op: OperationInfo, input: Record<string, unknown>): ApiRequest {
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  const body: Record<string, unknown> = {};
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || value === null) continue;
    if (op.uri.includes(`{${member}}`) || op.uri.includes(`{${member}+}`)) continue;
    const parameter = op.query?.[member];
    const header = op.header?.[member];
    if (parameter) {
      for (const one of Array.isArray(value) ? value : [value]) query.append(parameter, queryText(op, member, one));
    } else if (header) {
      headers[header] = String(value);
    } else {
      body[member] = value;
    }
  }
  const search = query.size > 0 ? `?${query}` : '';
  const request: ApiRequest = { method: op.method, url: pathOf(op.uri, input) + search, headers };
  const content = op.payload ? body[op.payload] : body;
  if (content !== undefined && op.method !== 'GET' && op.method !== 'DELETE' && (op.payload || Object.keys(body).length > 0)) {
    request.body = JSON.stringify(content);
    headers['Content-Type'] = 'application/json';
  }
  return request;
}

function pathOf(uri: string, input: Record<string, unknown>): string {
  return uri.replace(/\{(\w+)(\+?)\}/g, (_, member: string, greedy: string) => {
    const value = input[member];
    if (value === undefined || value === null || value === '') {
      throw new ApiError('InvalidRequestException', `Value at '${member}' failed to satisfy constraint: Member must not be null`, 400);
    }
    const text = encodeURIComponent(String(value));
    return greedy ? text.replaceAll('%2F', '/') : text;
  });
}

function queryText(op: OperationInfo, member: string, value: unknown): string {
  if (op.times?.includes(member) && typeof value === 'number') return new Date(value * 1000).toISOString();
  return String(value);
}
