import type { Input } from '../../../api';
import { retainedOf, type Profile } from './profile';

/** What makes the same profile again: without what the server adds. */
export function createInputOf(profile: Profile): Input<'CreateSecurityProfile'> {
  const { securityProfileName = '', securityProfileDescription, behaviors, alertTargets, metricsExportConfig } = profile;
  const retained = retainedOf(profile);
  return {
    securityProfileName,
    ...(securityProfileDescription !== undefined && { securityProfileDescription }),
    ...(behaviors && { behaviors }),
    ...(alertTargets && { alertTargets }),
    ...(retained.length > 0 && { additionalMetricsToRetainV2: retained }),
    ...(metricsExportConfig && { metricsExportConfig }),
  };
}
