import { ApiError, type Input, type OperationName, type Output } from '../../../api';
import type { ConnectForm } from './form';
import type { Before, Made, StepName } from './made';
import { devicePolicy, samePolicy } from './policy';
import { Undoing } from './undo';

/** Calls an operation; `call` of the API. */
export type Caller = <N extends OperationName>(name: N, input: Input<N>) => Promise<Output<N>>;

/** It could not be made; leftovers: what was made before that and could not be removed again. */
export class MakeError extends Error {
  readonly step: StepName;
  readonly leftovers: string[];

  constructor(step: StepName, cause: unknown, leftovers: string[]) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.step = step;
    this.leftovers = leftovers;
  }
}

export interface Place {
  region: string;
  accountId: string;
}

/** Makes all that a device needs, or nothing: what was made before a failure is removed again. */
export async function make(call: Caller, form: ConnectForm, place: Place, onStep: (step: StepName) => void): Promise<{ made: Made; undoing: Undoing }> {
  const undoing = new Undoing();
  let at: StepName = 'thing';
  const begin = (step: StepName) => onStep((at = step));
  try {
    begin('thing');
    const before = await knownBefore(call, form.thingName);
    await makeThing(call, form, undoing);
    if (form.groupName) {
      begin('group');
      await joinGroup(call, form, undoing);
    }
    begin('policy');
    const policy = await makePolicy(call, form.policyName, place, undoing);
    begin('certificate');
    const certificate = await makeCertificate(call, undoing);
    begin('attachPolicy');
    await call('AttachPolicy', { policyName: form.policyName, target: certificate.certificateArn });
    undoing.add(`Policy ${form.policyName} on the certificate`, () => call('DetachPolicy', { policyName: form.policyName, target: certificate.certificateArn }));
    begin('attachThing');
    const attachment = { thingName: form.thingName, principal: certificate.certificateArn };
    await call('AttachThingPrincipal', { ...attachment, thingPrincipalType: 'EXCLUSIVE_THING' });
    undoing.add(`Certificate on thing ${form.thingName}`, () => call('DetachThingPrincipal', attachment));
    const { thingName, groupName, policyName } = form;
    return { made: { thingName, thingExisted: form.kind === 'existing', groupName: groupName || undefined, policyName, ...policy, ...certificate, before }, undoing };
  } catch (error) {
    throw new MakeError(at, error, await undoing.run());
  }
}

/** CreateThing takes a thing that is there already without a word, so one has to look. */
async function makeThing(call: Caller, { kind, thingName }: ConnectForm, undoing: Undoing): Promise<void> {
  const there = await orNotFound(call('DescribeThing', { thingName }));
  if (kind === 'existing') {
    if (!there) throw new Error(`There is no thing ${thingName}: it may have been deleted. Choose another, or a new thing.`);
    return;
  }
  if (there) throw new Error(`There is a thing ${thingName} already. Choose another name, or "Existing thing" to give that one a certificate.`);
  await call('CreateThing', { thingName });
  undoing.add(`Thing ${thingName}`, () => call('DeleteThing', { thingName }));
}

async function joinGroup(call: Caller, { kind, thingName, groupName }: ConnectForm, undoing: Undoing): Promise<void> {
  const membership = { thingName, thingGroupName: groupName };
  if (kind === 'existing') {
    const { thingGroups = [] } = await call('ListThingGroupsForThing', { thingName, maxResults: 100 });
    if (thingGroups.some((group) => group.groupName === groupName)) return;
  }
  await call('AddThingToThingGroup', membership);
  // The membership of a thing of ours goes with the thing.
  if (kind === 'existing') undoing.add(`Thing ${thingName} in group ${groupName}`, () => call('RemoveThingFromThingGroup', membership));
}

async function makePolicy(call: Caller, policyName: string, { region, accountId }: Place, undoing: Undoing) {
  const policyDocument = devicePolicy(region, accountId);
  const there = await orNotFound(call('GetPolicy', { policyName }));
  if (there) return { policyExisted: true, policyDiffers: !samePolicy(there.policyDocument ?? '', policyDocument) };
  await call('CreatePolicy', { policyName, policyDocument });
  undoing.add(`Policy ${policyName}`, () => call('DeletePolicy', { policyName }));
  return { policyExisted: false, policyDiffers: false };
}

async function makeCertificate(call: Caller, undoing: Undoing) {
  const { certificateId = '', certificateArn = '', certificatePem = '', keyPair } = await call('CreateKeysAndCertificate', { setAsActive: true });
  undoing.add(`Certificate ${certificateId}`, async () => {
    await call('UpdateCertificate', { certificateId, newStatus: 'INACTIVE' });
    await call('DeleteCertificate', { certificateId });
  });
  return { certificateId, certificateArn, certificatePem, privateKey: keyPair?.PrivateKey ?? '' };
}

/** A device may have connected and reported before it is registered. */
async function knownBefore(call: Caller, thingName: string): Promise<Before> {
  const [thing, { rejections = [] }] = await Promise.all([orNotFound(call('GetThing', { thingName })), call('ListReportRejections', { thingName })]);
  return {
    report: thing?.lastReportTime ?? 0,
    rejection: rejections[0]?.time ?? 0,
    connection: Math.max(thing?.connectedSince ?? 0, thing?.disconnectedSince ?? 0),
  };
}

/** undefined instead of a ResourceNotFoundException. */
export async function orNotFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.notFound) return undefined;
    throw error;
  }
}
