import { ApiError, memberFaults, messageOf } from '../../api';

/** Where the faults of a call belong: at the fields of their members, and the rest above the form. */
export interface FormErrors {
  /** Text for the field of a member; also of what is inside of it: behaviors[0].name. */
  of: (member: string) => string | undefined;
  /** What no field shows; undefined: nothing. */
  rest: string | undefined;
}

/** fields: members that have a field in the form. */
export function formErrors(error: unknown, fields: string[]): FormErrors {
  if (!error) return { of: () => undefined, rest: undefined };
  const faults = Object.entries(memberFaults(error));
  const at = (field: string) => faults.filter(([path]) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`));
  const homeless = faults.filter(([path]) => !fields.some((field) => at(field).some(([known]) => known === path)));
  if (error instanceof ApiError && faults.length === 0) {
    // Messages that are not of the model name members too, but in their own words.
    return { of: () => undefined, rest: error.message };
  }
  return {
    of: (member) => at(member)[0]?.[1],
    rest: faults.length === 0 ? messageOf(error) : homeless.map(([path, text]) => `${path}: ${text}`).join('; ') || undefined,
  };
}
