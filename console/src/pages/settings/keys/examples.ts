// The policies that docs/operations.md has: a test compares them.

const reading = [
  'iot:Describe*',
  'iot:Get*',
  'iot:List*',
  'iot:TestAuthorization',
  'iot:ValidateSecurityProfileBehaviors',
  'vedette:Describe*',
  'vedette:Get*',
  'vedette:List*',
  'vedette:WatchLive',
];

export interface PolicyExample {
  id: string;
  title: string;
  help: string;
  document: object;
}

export const examples: PolicyExample[] = [
  {
    id: 'read-only',
    title: 'Read-only',
    help: 'For dashboards and auditors.',
    document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: reading, Resource: '*' }] },
  },
  {
    id: 'operator',
    title: 'Operator',
    help: 'Sees everything, runs the fleet, and leaves alone what is tagged protected=yes.',
    document: {
      Version: '2012-10-17',
      Statement: [
        { Sid: 'See', Effect: 'Allow', Action: reading, Resource: '*' },
        {
          Sid: 'RunTheFleet',
          Effect: 'Allow',
          Action: [
            'iot:PutVerificationStateOnViolation',
            'iot:AttachSecurityProfile',
            'iot:DetachSecurityProfile',
            'iot:UpdateCertificate',
            'iot:CreateThing',
            'iot:UpdateThing',
            'iot:AddThingToThingGroup',
            'iot:RemoveThingFromThingGroup',
            'iot:UpdateThingGroupsForThing',
          ],
          Resource: '*',
        },
        {
          Sid: 'LeaveAlone',
          Effect: 'Deny',
          NotAction: ['iot:Describe*', 'iot:Get*', 'iot:List*'],
          Resource: '*',
          Condition: { StringEquals: { 'aws:ResourceTag/protected': 'yes' } },
        },
      ],
    },
  },
  {
    id: 'ci',
    title: 'CI',
    help: 'A pipeline that rolls out security profiles called ci-…, on groups tagged managed-by=ci, from two networks.',
    document: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'WriteItsOwn',
          Effect: 'Allow',
          Action: ['iot:*SecurityProfile', 'iot:*CustomMetric', 'iot:*Dimension', 'iot:TagResource', 'iot:UntagResource'],
          Resource: ['arn:aws:iot:*:*:securityprofile/ci-*', 'arn:aws:iot:*:*:custommetric/ci-*', 'arn:aws:iot:*:*:dimension/ci-*'],
        },
        {
          Sid: 'AttachToItsGroups',
          Effect: 'Allow',
          Action: ['iot:AttachSecurityProfile', 'iot:DetachSecurityProfile'],
          Resource: 'arn:aws:iot:*:*:thinggroup/*',
          Condition: { StringEquals: { 'aws:ResourceTag/managed-by': 'ci' } },
        },
        { Sid: 'Look', Effect: 'Allow', Action: ['iot:List*', 'iot:ValidateSecurityProfileBehaviors'], Resource: '*' },
        {
          Sid: 'OnlyFromTheRunners',
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { NotIpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '2001:db8::/32'] } },
        },
      ],
    },
  },
];
