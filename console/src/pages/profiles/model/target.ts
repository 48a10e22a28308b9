// Targets are held by the last part of their ARN, "all/things" or "thinggroup/cameras": the
// account's part in front is not known before something of it has been seen.

/** The targets that are no groups. */
export const wholeFleets = ['all/things', 'all/registered-things', 'all/unregistered-things'] as const;

const titles: Record<string, string> = {
  'all/things': 'All things',
  'all/registered-things': 'All registered things',
  'all/unregistered-things': 'All unregistered things',
};

const helps: Record<string, string> = {
  'all/things': 'Registered or not',
  'all/registered-things': 'Things of the registry',
  'all/unregistered-things': 'Clients whose id is no thing of the registry',
};

/** arn:aws:iot:us-east-1:000000000000:all/things → all/things */
export function targetOfArn(arn: string): string {
  return arn.split(':').slice(5).join(':');
}

/** Account and Region of any ARN: arn:aws:iot:us-east-1:000000000000 */
export function ownerOfArn(arn: string): string {
  return arn.split(':').slice(0, 5).join(':');
}

/** owner: see ownerOfArn. */
export function targetArn(owner: string, target: string): string {
  return `${owner}:${target}`;
}

export function targetOfGroup(name: string): string {
  return `thinggroup/${name}`;
}

/** The name of the thing group that a target is; undefined: it is none. */
export function groupOfTarget(target: string): string | undefined {
  return target.startsWith('thinggroup/') ? target.slice('thinggroup/'.length) : undefined;
}

export function targetTitle(target: string): string {
  return titles[target] ?? groupOfTarget(target) ?? target;
}

export function targetHelp(target: string): string {
  return helps[target] ?? 'Thing group, with the groups below it';
}
