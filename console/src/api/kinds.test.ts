import { describe, expect, it } from 'vitest';
import { kindsOf } from './kinds';

describe('kindsOf', () => {
  it.each([
    ['ListSecurityProfiles', ['securityprofile']],
    ['ListThings', ['thing']],
    ['ListThingGroups', ['thinggroup', 'thing']],
    ['DescribeThingType', ['thingtype']],
    ['AttachThingPrincipal', ['thing', 'cert']],
    ['DescribeCACertificate', ['cacert']],
    ['UpdateCertificate', ['cert', 'thing']],
    ['ListPolicies', ['policy']],
    ['SearchViolations', ['violation']],
    ['GetOverview', ['violation']],
    ['PutVerificationStateOnViolation', ['violation']],
    ['DescribeEndpoint', []],
  ] as const)('%s', (name, kinds) => {
    expect(kindsOf(name).toSorted()).toEqual(kinds.toSorted());
  });
});
