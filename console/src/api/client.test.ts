import { afterEach, describe, expect, it, vi } from 'vitest';
import { call, requestOf } from './client';
import { ApiError, memberFaults } from './error';
import { operations } from './operations_gen';

describe('requestOf', () => {
  it('puts members in path, query and body', () => {
    const request = requestOf(operations.UpdateSecurityProfile, { securityProfileName: 'a b/c', expectedVersion: 3, deleteBehaviors: true, behaviors: [] });
    expect(request.url).toBe('/security-profiles/a%20b%2Fc?expectedVersion=3');
    expect(JSON.parse(request.body ?? '')).toEqual({ deleteBehaviors: true, behaviors: [] });
    expect(request.headers).toEqual({ 'Content-Type': 'application/json' });
  });
  it('writes times of the query in ISO 8601', () => {
    const { url } = requestOf(operations.ListViolationEvents, { startTime: 1700000000.5, endTime: 1700000600 });
    expect(url).toBe('/violation-events?startTime=2023-11-14T22%3A13%3A20.500Z&endTime=2023-11-14T22%3A23%3A20.000Z');
  });
  it('leaves out what is absent, and sends no body then', () => {
    const request = requestOf(operations.ListThings, { nextToken: undefined });
    expect(request).toEqual({ method: 'GET', url: '/things', headers: {} });
  });
  it('refuses a path without its member', () => {
    expect(() => requestOf(operations.DescribeThing, { thingName: '' })).toThrow(/thingName/);
  });
  it('can write the path of every operation', () => {
    for (const op of Object.values(operations)) {
      const members = [...op.uri.matchAll(/\{(\w+)\+?\}/g)].map(([, member]) => [member, 'x'] as const);
      expect(requestOf(op, Object.fromEntries(members)).url).not.toMatch(/[{}]/);
    }
  });
});

function answer(status: number, body: string, headers: Record<string, string> = {}) {
  vi.stubGlobal('fetch', vi.fn(async () => new Response(body, { status, headers })));
}

describe('call', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('reads the answer and says that a page of ours asks', async () => {
    answer(200, '{"things":[{"thingName":"cam-1"}]}');
    expect(await call('ListThings', {})).toEqual({ things: [{ thingName: 'cam-1' }] });
    expect(vi.mocked(fetch).mock.calls[0]?.[1]?.headers).toMatchObject({ 'X-Vedette-Console': '1' });
  });
  it('takes an empty answer', async () => {
    answer(200, '');
    expect(await call('DeleteThing', { thingName: 'cam-1' })).toEqual({});
  });
  it('reads an error of the server', async () => {
    answer(403, '{"message":"no session"}', { 'x-amzn-ErrorType': 'UnrecognizedClientException', 'x-amzn-RequestId': 'r-1' });
    const error = await call('ListThings', {}).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'UnrecognizedClientException', message: 'no session', status: 403, requestId: 'r-1', signedOut: true });
  });
  it('says who answered when it was not the server', async () => {
    answer(502, '<html>');
    await expect(call('ListThings', {})).rejects.toMatchObject({ code: 'NoAnswer', status: 502, passing: true });
  });
  it('says that the server cannot be reached', async () => {
    vi.stubGlobal('fetch', vi.fn(async () => Promise.reject(new TypeError('failed'))));
    await expect(call('ListThings', {})).rejects.toMatchObject({ code: 'Unreachable', status: 0, passing: true });
  });
});

describe('memberFaults', () => {
  const message =
    "2 validation errors detected: Value 'a b' at 'securityProfileName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9:_-]+; " +
    "Value at 'behaviors[0].name' failed to satisfy constraint: Member must not be null";
  it('finds the members that a message names', () => {
    expect(memberFaults(new ApiError('InvalidRequestException', message, 400))).toEqual({
      securityProfileName: 'Must satisfy regular expression pattern: [a-zA-Z0-9:_-]+',
      'behaviors[0].name': 'Must not be null',
    });
  });
  it('finds none elsewhere', () => {
    expect(memberFaults(new ApiError('ThrottlingException', message, 429))).toEqual({});
    expect(memberFaults(new Error('x'))).toEqual({});
  });
});
