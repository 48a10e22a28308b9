import { describe, expect, it } from 'vitest';
import { ApiError, type OperationName } from '../../../api';
import { emptyForm, faultsOf, type ConnectForm } from './form';
import { make, MakeError, type Caller } from './make';
import { devicePolicy } from './policy';
import { missing } from './permissions';

const place = { region: 'eu-west-1', accountId: '123456789012' };
const notFound = () => new ApiError('ResourceNotFoundException', 'not there', 404);

/** A server that answers from a table, an Error by throwing it, and remembers what it was asked. */
function fakeServer(answers: Partial<Record<OperationName, unknown>> = {}) {
  const calls: string[] = [];
  const table: Partial<Record<OperationName, unknown>> = {
    DescribeThing: notFound(),
    GetThing: notFound(),
    GetPolicy: notFound(),
    ListReportRejections: { rejections: [] },
    CreateKeysAndCertificate: { certificateId: 'c1', certificateArn: 'arn:c1', certificatePem: 'PEM', keyPair: { PrivateKey: 'KEY' } },
    ...answers,
  };
  const call = ((name: OperationName) => {
    calls.push(name);
    const answer = table[name];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? {});
  }) as Caller;
  return { call, calls, table };
}

const form = (part: Partial<ConnectForm> = {}): ConnectForm => ({ ...emptyForm(), thingName: 'cam-1', ...part });

describe('make', () => {
  it('ok/a new thing', async () => {
    const { call, calls } = fakeServer();
    const { made, undoing } = await make(call, form({ groupName: 'cams' }), place, () => {});
    expect(made).toMatchObject({ thingName: 'cam-1', thingExisted: false, groupName: 'cams', policyExisted: false, privateKey: 'KEY', before: { report: 0, rejection: 0, connection: 0 } });
    expect(calls.slice(3)).toEqual(['CreateThing', 'AddThingToThingGroup', 'GetPolicy', 'CreatePolicy', 'CreateKeysAndCertificate', 'AttachPolicy', 'AttachThingPrincipal']);
    calls.length = 0;
    expect(await undoing.run()).toEqual([]);
    expect(calls).toEqual(['DetachThingPrincipal', 'DetachPolicy', 'UpdateCertificate', 'DeleteCertificate', 'DeletePolicy', 'DeleteThing']);
  });

  it('ok/an existing thing and policy stay when it is undone', async () => {
    const policyDocument = devicePolicy(place.region, place.accountId).replaceAll(/\s+/g, '');
    const { call, calls } = fakeServer({ DescribeThing: {}, GetThing: { lastReportTime: 5, disconnectedSince: 6 }, GetPolicy: { policyDocument }, ListThingGroupsForThing: { thingGroups: [{ groupName: 'cams' }] } });
    const { made, undoing } = await make(call, form({ kind: 'existing', groupName: 'cams' }), place, () => {});
    expect(made).toMatchObject({ thingExisted: true, policyExisted: true, policyDiffers: false, before: { report: 5, rejection: 0, connection: 6 } });
    calls.length = 0;
    await undoing.run();
    expect(calls).toEqual(['DetachThingPrincipal', 'DetachPolicy', 'UpdateCertificate', 'DeleteCertificate']);
  });

  it('ok/tells a policy that says something else', async () => {
    const { call } = fakeServer({ GetPolicy: { policyDocument: '{"Version":"2012-10-17","Statement":[]}' } });
    expect((await make(call, form(), place, () => {})).made.policyDiffers).toBe(true);
  });

  it('fail/a name that is taken is not taken over, and not deleted', async () => {
    const { call, calls } = fakeServer({ DescribeThing: {} });
    await expect(make(call, form(), place, () => {})).rejects.toThrow('There is a thing cam-1 already');
    expect(calls).not.toContain('DeleteThing');
  });

  it('fail/half-way: what was made is removed, and what cannot be is named', async () => {
    const denied = new ApiError('AccessDeniedException', 'may not', 403);
    const { call, calls } = fakeServer({ AttachPolicy: denied, UpdateCertificate: denied });
    const error = await make(call, form(), place, () => {}).catch((error: unknown) => error as MakeError);
    expect(error).toBeInstanceOf(MakeError);
    expect(error).toMatchObject({ step: 'attachPolicy', message: 'may not', leftovers: ['Certificate c1: may not'] });
    expect(calls.slice(-3)).toEqual(['UpdateCertificate', 'DeletePolicy', 'DeleteThing']);
  });

  it('ok/undone again when it could not be the first time', async () => {
    const { call, table } = fakeServer();
    const { undoing } = await make(call, form(), place, () => {});
    table.DeleteThing = new ApiError('ServiceUnavailableException', 'away', 503);
    expect(await undoing.run()).toEqual(['Thing cam-1: away']);
    expect(undoing.left).toEqual(['Thing cam-1']);
    delete table.DeleteThing;
    expect(await undoing.run()).toEqual([]);
  });
});

it('finds what is wrong with the form', () => {
  expect(faultsOf(form())).toEqual({});
  expect(faultsOf(form({ thingName: '' })).thingName).toBe('Enter a name for the thing');
  expect(faultsOf(form({ thingName: 'a b' })).thingName).toMatch(/Only letters/);
  expect(faultsOf(form({ thingName: 'x'.repeat(129) })).thingName).toMatch(/128/);
  expect(faultsOf(form({ policyName: 'a:b' })).policyName).toMatch(/Only letters/);
});

it('lists permissions that are missing', () => {
  expect(missing(() => true)).toEqual({ toMake: [], toUndo: [] });
  expect(missing((operation) => operation !== 'CreatePolicy' && operation !== 'DeletePolicy')).toEqual({ toMake: [{ action: 'iot:CreatePolicy', why: 'to make the policy' }], toUndo: ['iot:DeletePolicy'] });
});
