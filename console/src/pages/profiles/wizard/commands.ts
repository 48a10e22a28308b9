import { useCan, useOperation } from '../../../api';
import { cliCommand } from '../../../commons/copy/cli';
import { createInput, differences, updateInput, type ProfileForm } from '../model/profile-form';
import { ownerOfArn, targetArn } from '../model/target';
import type { Existing } from './steps';

/** The commands that save a form. */
export function useCommands(form: ProfileForm, existing: Existing | undefined): string {
  const may = useCan('DescribeDeployment');
  const deployment = useOperation('DescribeDeployment', {}, { enabled: may && !existing });
  const { region = 'REGION', accountId = 'ACCOUNT' } = deployment.data ?? {};
  const arn = existing?.profile.securityProfileArn;
  return commandsOf(form, existing, arn ? ownerOfArn(arn) : `arn:aws:iot:${region}:${accountId}`);
}

/** owner: see ownerOfArn. */
export function commandsOf(form: ProfileForm, existing: Existing | undefined, owner: string): string {
  const securityProfileName = form.name.trim();
  const { attach, detach, tag, untag } = differences(existing ?? { targets: [], tags: form.tags }, form);
  const on = (target: string) => ({ securityProfileName, securityProfileTargetArn: targetArn(owner, target) });
  const resourceArn = `${owner}:securityprofile/${securityProfileName}`;
  return [
    existing ? cliCommand('UpdateSecurityProfile', updateInput(form, existing.profile)) : cliCommand('CreateSecurityProfile', createInput(form)),
    ...attach.map((target) => cliCommand('AttachSecurityProfile', on(target))),
    ...detach.map((target) => cliCommand('DetachSecurityProfile', on(target))),
    ...(untag.length > 0 ? [cliCommand('UntagResource', { resourceArn, tagKeys: untag })] : []),
    ...(tag.length > 0 ? [cliCommand('TagResource', { resourceArn, tags: tag })] : []),
  ].join('\n');
}
