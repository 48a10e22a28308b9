import { useState } from 'react';
import { ApiError, call, messageOf, useMutationOf } from '../../../api';
import { failureText, useTargetChanges } from '../attachments';
import type { Profile } from '../model/profile';
import { createInput, differences, updateInput, type ProfileForm } from '../model/profile-form';
import type { Existing } from './steps';

/** How saving ended. incomplete: the profile is saved, but not all that goes with it. */
export type Saved = { kind: 'saved'; incomplete?: string } | { kind: 'conflict' } | { kind: 'failed'; error: unknown };

/** Creates or updates a profile, then attaches, detaches and tags it. */
export function useSave(existing: Existing | undefined) {
  const creation = useMutationOf('CreateSecurityProfile');
  const updating = useMutationOf('UpdateSecurityProfile');
  const tagging = useMutationOf('TagResource');
  const untagging = useMutationOf('UntagResource');
  const changeTargets = useTargetChanges();
  const [busy, setBusy] = useState(false);

  const write = async (form: ProfileForm, old: Profile | undefined): Promise<string> => {
    const { securityProfileArn = '' } = await (old ? updating.mutateAsync(updateInput(form, old)) : creation.mutateAsync(createInput(form)));
    return securityProfileArn;
  };

  const follow = async (form: ProfileForm, resourceArn: string): Promise<string> => {
    const { attach, detach, tag, untag } = differences(existing ?? { targets: [], tags: form.tags }, form);
    const problems = [failureText(await changeTargets(form.name.trim(), resourceArn, { attach, detach }))];
    try {
      if (untag.length > 0) await untagging.mutateAsync({ resourceArn, tagKeys: untag });
      if (tag.length > 0) await tagging.mutateAsync({ resourceArn, tags: tag });
    } catch (error) {
      problems.push(`Tags: ${messageOf(error)}`);
    }
    return problems.filter((problem) => problem !== '').join(' ');
  };

  /** old: what is overwritten; default: the profile as it was read. */
  const save = async (form: ProfileForm, old = existing?.profile): Promise<Saved> => {
    setBusy(true);
    try {
      const incomplete = await follow(form, await write(form, old));
      return { kind: 'saved', ...(incomplete && { incomplete }) };
    } catch (error) {
      return error instanceof ApiError && error.code === 'VersionConflictException' ? { kind: 'conflict' } : { kind: 'failed', error };
    } finally {
      setBusy(false);
    }
  };
  return { save, busy };
}

/** All that the server finds wrong with behaviors; empty: nothing, or one may not ask. */
export async function serverMessages(form: ReturnType<typeof createInput>, may: boolean): Promise<string[]> {
  if (!may || !form.behaviors) return [];
  const { validationErrors = [] } = await call('ValidateSecurityProfileBehaviors', { behaviors: form.behaviors });
  return validationErrors.flatMap(({ errorMessage }) => errorMessage ?? []);
}
