import { useState } from 'react';
import { call, messageOf, useCan } from '../../../api';
import { createInput, type ProfileForm } from '../model/profile-form';
import { behaviorFaultsOf, stepOfMessage } from '../model/server-faults';
import type { Faults } from '../model/validate';
import { useChoices } from './choices';
import type { ProfileWizardProps } from './profile-wizard';
import { serverMessages, useSave, type Saved } from './save';
import { stepNames, validateStep } from './steps';

/** The state of the wizard: what is typed, where one is, and what is wrong. */
export function useWizard({ initial, existing, taken = [], onDone }: ProfileWizardProps) {
  const [form, setForm] = useState(initial);
  const [step, setStep] = useState(0);
  /** Steps whose faults are shown: those one wanted to leave. */
  const [tried, setTried] = useState<number[]>([]);
  const [answered, setAnswered] = useState<Faults>({});
  const [error, setError] = useState<string>();
  const [conflict, setConflict] = useState(false);
  const [checking, setChecking] = useState(false);
  /** How often one was stopped by faults. */
  const [stops, setStops] = useState(0);
  const choices = useChoices(form.targets);
  const mayValidate = useCan('ValidateSecurityProfileBehaviors');
  const { save, busy } = useSave(existing);

  const localFaults = (index: number) => validateStep(stepNames[index] ?? 'review', form, choices.custom, taken);
  const name = stepNames[step] ?? 'review';
  const faults = { ...(name === 'behaviors' && answered), ...(tried.includes(step) && localFaults(step)) };

  const change = (part: Partial<ProfileForm>, row?: string) => {
    setForm((form) => ({ ...form, ...part }));
    if (part.behaviors || row) setAnswered((answered) => without(answered, row));
    setError(undefined);
  };

  /** Shows what is wrong in a step; true: something is. */
  const stopsAt = async (index: number): Promise<boolean> => {
    setTried((tried) => [...tried, index]);
    if (Object.keys(localFaults(index)).length > 0) return true;
    if (stepNames[index] !== 'behaviors') return false;
    const found = behaviorFaultsOf(await serverMessages(createInput(form), mayValidate), form.behaviors);
    setAnswered(found);
    return Object.keys(found).length > 0;
  };

  const stop = (index: number) => {
    setStops((stops) => stops + 1);
    setStep(index);
  };

  const goTo = async (wanted: number): Promise<void> => {
    setError(undefined);
    setChecking(true);
    try {
      for (let index = step; index < wanted; index++) {
        if (await stopsAt(index)) return stop(index);
      }
      setStep(wanted);
    } catch (error) {
      setError(messageOf(error));
    } finally {
      setChecking(false);
    }
  };

  const settle = (saved: Saved) => {
    setConflict(saved.kind === 'conflict');
    if (saved.kind === 'saved') return onDone(form.name.trim(), saved.incomplete);
    if (saved.kind === 'conflict') return;
    const message = messageOf(saved.error);
    const at = stepOfMessage(message);
    if (message.startsWith('Behavior ')) setAnswered(behaviorFaultsOf([message], form.behaviors));
    setError(message);
    stop(stepNames.indexOf(at));
  };

  const submit = async () => {
    setError(undefined);
    for (const index of stepNames.keys()) {
      if (Object.keys(localFaults(index)).length === 0) continue;
      setTried((tried) => [...tried, index]);
      return stop(index);
    }
    settle(await save(form));
  };

  const overwrite = async () => {
    try {
      settle(await save(form, await call('DescribeSecurityProfile', { securityProfileName: form.name })));
    } catch (error) {
      setError(messageOf(error));
    }
  };

  return { form, change, step, goTo, faults, error, conflict, choices, submit, overwrite, busy: busy || checking, stops };
}

/** What the server said, without what it said of a row that has changed since, and of all together. */
function without(faults: Faults, row: string | undefined): Faults {
  return Object.fromEntries(Object.entries(faults).filter(([path]) => path !== 'behaviors' && (row === undefined || !path.startsWith(`${row}.`))));
}
