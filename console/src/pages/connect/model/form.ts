import { defaultPolicyName } from './policy';

/** What the first step asks for. */
export interface ConnectForm {
  kind: 'new' | 'existing';
  thingName: string;
  /** '': none */
  groupName: string;
  policyName: string;
}

export type FormFaults = Partial<Record<keyof ConnectForm, string>>;

export function emptyForm(): ConnectForm {
  return { kind: 'new', thingName: '', groupName: '', policyName: defaultPolicyName };
}

/** What is wrong with what was typed, by field. */
export function faultsOf({ kind, thingName, policyName }: ConnectForm): FormFaults {
  const faults: FormFaults = {};
  if (thingName === '') faults.thingName = kind === 'new' ? 'Enter a name for the thing' : 'Choose a thing';
  else if (thingName.length > 128) faults.thingName = 'At most 128 characters';
  else if (!/^[a-zA-Z0-9:_-]+$/.test(thingName)) faults.thingName = 'Only letters, digits, colons, underscores and hyphens';
  if (policyName === '') faults.policyName = 'Enter the name of a policy';
  else if (policyName.length > 128) faults.policyName = 'At most 128 characters';
  else if (!/^[\w+=,.@-]+$/.test(policyName)) faults.policyName = 'Only letters, digits and _ + = , . @ -';
  return faults;
}
