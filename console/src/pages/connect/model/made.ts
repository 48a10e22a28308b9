/** What was made for a device, and what it has to be given. */
export interface Made {
  thingName: string;
  /** The thing was there before. */
  thingExisted: boolean;
  groupName: string | undefined;
  policyName: string;
  policyExisted: boolean;
  /** An existing policy says something else than the one we would have made. */
  policyDiffers: boolean;
  certificateId: string;
  certificateArn: string;
  certificatePem: string;
  /** Kept nowhere but here. */
  privateKey: string;
  /** What was known of the device before. */
  before: Before;
}

/** What to tell news from: times of the server, seconds; 0: never. */
export interface Before {
  report: number;
  rejection: number;
  connection: number;
}

/** One thing that is to be made, in the words of a list. */
export type StepName = 'thing' | 'group' | 'policy' | 'certificate' | 'attachPolicy' | 'attachThing';

export const stepTitles: Record<StepName, string> = {
  thing: 'Thing',
  group: 'Membership in the thing group',
  policy: 'Policy',
  certificate: 'Certificate and private key',
  attachPolicy: 'Policy attached to the certificate',
  attachThing: 'Certificate attached to the thing',
};
