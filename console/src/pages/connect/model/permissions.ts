import { operations, type OperationName } from '../../../api';

/** Operations that the page needs, and for what. */
export const needed: { operation: OperationName; why: string }[] = [
  { operation: 'DescribeDeployment', why: 'to know where devices connect to' },
  { operation: 'DescribeThing', why: 'to see whether the thing exists' },
  { operation: 'CreateThing', why: 'to make the thing' },
  { operation: 'GetPolicy', why: 'to see whether the policy exists' },
  { operation: 'CreatePolicy', why: 'to make the policy' },
  { operation: 'CreateKeysAndCertificate', why: 'to make the certificate and its key' },
  { operation: 'AttachPolicy', why: 'to attach the policy to the certificate' },
  { operation: 'AttachThingPrincipal', why: 'to attach the certificate to the thing' },
  { operation: 'GetThing', why: 'to see the device connect' },
  { operation: 'ListReportRejections', why: 'to see why a report is rejected' },
];

/** What removes again what was made. */
export const neededToUndo: OperationName[] = ['DetachThingPrincipal', 'DetachPolicy', 'UpdateCertificate', 'DeleteCertificate', 'DeletePolicy', 'DeleteThing'];

export interface Missing {
  action: string;
  why: string;
}

/** Permissions that are missing. can: whether the one who is signed in may do it. */
export function missing(can: (operation: OperationName) => boolean): { toMake: Missing[]; toUndo: string[] } {
  return {
    toMake: needed.filter(({ operation }) => !can(operation)).map(({ operation, why }) => ({ action: operations[operation].action, why })),
    toUndo: neededToUndo.filter((operation) => !can(operation)).map((operation) => operations[operation].action),
  };
}
