/** The policy that all devices can share: its variables stand for the thing that connects. */
export const defaultPolicyName = 'vedette-device';

const thing = '${iot:Connection.Thing.ThingName}';
const formats = ['json', 'cbor'] as const;
const replies = formats.flatMap((format) => ['accepted', 'rejected'].map((reply) => `${format}/${reply}`));

/** What a device needs to report, and nothing else: connect as itself, publish its reports, hear how they were taken. */
export function devicePolicy(region: string, accountId: string): string {
  const arn = (resource: string) => `arn:aws:iot:${region}:${accountId}:${resource}`;
  const topics = (kind: string, ends: readonly string[]) => ends.map((end) => arn(`${kind}/$aws/things/${thing}/defender/metrics/${end}`));
  const document = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'iot:Connect', Resource: arn(`client/${thing}`), Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } } },
      { Effect: 'Allow', Action: 'iot:Publish', Resource: topics('topic', formats) },
      { Effect: 'Allow', Action: 'iot:Subscribe', Resource: topics('topicfilter', replies) },
      { Effect: 'Allow', Action: 'iot:Receive', Resource: topics('topic', replies) },
    ],
  };
  return JSON.stringify(document, null, 2);
}

/** Whether two documents are the same but for white space. */
export function samePolicy(one: string, other: string): boolean {
  try {
    return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
  } catch {
    return one === other;
  }
}
