import type { OperationName } from './operations_gen';

/** Kinds of resources, as `change` events name them, and violation, metricvalue and session of ours. */
export type Kind =
  | 'securityprofile'
  | 'dimension'
  | 'custommetric'
  | 'thing'
  | 'thinggroup'
  | 'thingtype'
  | 'policy'
  | 'cert'
  | 'cacert'
  | 'accesskey'
  | 'violation'
  | 'metricvalue'
  | 'session';

const table: [RegExp, Kind[]][] = [
  [/SecurityProfile|Threshold/, ['securityprofile']],
  [/Dimension/, ['dimension']],
  [/CustomMetric/, ['custommetric']],
  [/ThingGroup/, ['thinggroup', 'thing']],
  [/ThingType/, ['thingtype']],
  [/Thing(?!Group|Type)/, ['thing']],
  [/Polic(y|ies)/, ['policy']],
  [/CACertificate/, ['cacert']],
  [/(?<!CA)Certificate|ThingPrincipal|PrincipalThing/, ['cert', 'thing']],
  [/AccessKey/, ['accesskey']],
  [/Violation|VerificationState|Overview/, ['violation']],
  [/MetricValues|Distribution|Suggestions|Report/, ['metricvalue']],
  [/Session|SignIn/, ['session']],
  [/Tag/, ['securityprofile', 'dimension', 'custommetric', 'thinggroup', 'thingtype', 'policy']],
];

/** The kinds of resources that an operation shows or changes. */
export function kindsOf(name: OperationName): Kind[] {
  return [...new Set(table.filter(([pattern]) => pattern.test(name)).flatMap(([, kinds]) => kinds))];
}
