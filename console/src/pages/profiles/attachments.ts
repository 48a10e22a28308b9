import { useState } from 'react';
import { messageOf, useMutationOf } from '../../api';
import { ownerOfArn, targetArn, targetTitle } from './model/target';

export interface TargetChanges {
  attach: string[];
  detach: string[];
}

export interface TargetFailure {
  target: string;
  message: string;
}

/** Attaches a profile to targets and detaches it from others; profileArn tells account and Region. */
export function useAttachments(name: string, profileArn: string) {
  const change = useTargetChanges();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const run = async (changes: TargetChanges): Promise<TargetFailure[]> => {
    setBusy(true);
    const failed = await change(name, profileArn, changes);
    setBusy(false);
    setError(failed.length > 0 ? failureText(failed) : undefined);
    return failed;
  };
  return { run, busy, error };
}

/** The same for a profile that is made only then. */
export function useTargetChanges() {
  const attachment = useMutationOf('AttachSecurityProfile');
  const detachment = useMutationOf('DetachSecurityProfile');
  return async (name: string, profileArn: string, { attach, detach }: TargetChanges): Promise<TargetFailure[]> => {
    const owner = ownerOfArn(profileArn);
    const failed: TargetFailure[] = [];
    for (const [targets, { mutateAsync }] of [[attach, attachment], [detach, detachment]] as const) {
      for (const target of targets) {
        try {
          await mutateAsync({ securityProfileName: name, securityProfileTargetArn: targetArn(owner, target) });
        } catch (error) {
          failed.push({ target, message: messageOf(error) });
        }
      }
    }
    return failed;
  };
}

export function failureText(failed: TargetFailure[]): string {
  return failed.map(({ target, message }) => `${targetTitle(target)}: ${message}`).join(' ');
}
