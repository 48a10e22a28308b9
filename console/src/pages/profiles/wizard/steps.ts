import type { Tag } from '../../../api';
import type { Profile } from '../model/profile';
import type { ProfileForm } from '../model/profile-form';
import type { StepName } from '../model/server-faults';
import { validateAlerts, validateBehaviors, validateExport, validateProperties, type CustomTypes, type Faults } from '../model/validate';
import type { Choices } from './choices';

/** What is edited; its name and version, and what it is attached to. */
export interface Existing {
  profile: Profile;
  targets: string[];
  tags: Tag[];
}

export interface StepProps {
  form: ProfileForm;
  /** row: the row that changed; what the server said of it holds no more. */
  change: (part: Partial<ProfileForm>, row?: string) => void;
  faults: Faults;
  /** How often one was stopped by faults. */
  stops: number;
  choices: Choices;
  existing: Existing | undefined;
}

export const stepNames: StepName[] = ['properties', 'behaviors', 'export', 'notifications', 'review'];

/** What is obviously wrong in a step. taken: names of other profiles. */
export function validateStep(step: StepName, form: ProfileForm, custom: CustomTypes, taken: readonly string[]): Faults {
  switch (step) {
    case 'properties':
      return validateProperties(form, taken);
    case 'behaviors':
      return validateBehaviors(form, custom);
    case 'export':
      return validateExport(form);
    case 'notifications':
      return validateAlerts(form);
    case 'review':
      return {};
  }
}
