import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Wizard from '@cloudscape-design/components/wizard';
import { useEffect, useRef, type ReactNode } from 'react';
import { ConflictAlert } from './components/conflict-alert';
import { BehaviorsStep } from './components/behaviors-step';
import { ExportStep } from './components/export-step';
import { NotificationsStep } from './components/notifications-step';
import { PropertiesStep } from './components/properties-step';
import { ReviewStep } from './components/review-step';
import type { ProfileForm } from '../model/profile-form';
import { wizardText } from './config';
import type { Existing } from './steps';
import { useWizard } from './use-wizard';
import './wizard.css';

export interface ProfileWizardProps {
  initial: ProfileForm;
  /** The profile that is edited; absent: one is created. */
  existing?: Existing;
  /** Names that are taken. */
  taken?: readonly string[];
  onDone: (name: string, incomplete: string | undefined) => void;
  onCancel: () => void;
  /** Reads the profile anew, for a fresh form. */
  onReload?: () => void;
}

/** Properties, behaviors, metrics export, notifications, review: as the rule wizard of AWS. */
export function ProfileWizard(props: ProfileWizardProps) {
  const { existing, onCancel, onReload } = props;
  const wizard = useWizard(props);
  const { step, form, goTo, error, conflict, busy } = wizard;
  const stepProps = { form, change: wizard.change, faults: wizard.faults, stops: wizard.stops, choices: wizard.choices, existing };
  const problems = (
    <SpaceBetween size="m">
      {error && (
        <Alert type="error" header="It was not saved">
          {error}
        </Alert>
      )}
      {conflict && onReload && <ConflictAlert busy={busy} onReload={onReload} onOverwrite={() => void wizard.overwrite()} />}
    </SpaceBetween>
  );
  const withProblems = (content: ReactNode) => (
    <SpaceBetween size={error || conflict ? 'l' : 'xxs'}>
      {problems}
      {content}
    </SpaceBetween>
  );
  return (
    <div ref={useFaultFocus(wizard.stops)}>
      <Wizard
        activeStepIndex={step}
        onNavigate={({ detail }) => void goTo(detail.requestedStepIndex)}
        onSubmit={() => void wizard.submit()}
        onCancel={onCancel}
        isLoadingNextStep={busy}
        allowSkipTo={existing !== undefined}
        submitButtonText={existing ? 'Save changes' : 'Create security profile'}
        i18nStrings={wizardText}
        steps={[
          { title: 'Properties', description: 'What the profile is called, and which things it is about.', content: withProblems(<PropertiesStep {...stepProps} />) },
          { title: 'Behaviors', description: 'What is normal. A thing that leaves it is in alarm.', content: withProblems(<BehaviorsStep {...stepProps} />) },
          { title: 'Metrics export', isOptional: true, content: withProblems(<ExportStep {...stepProps} />) },
          { title: 'Notifications', isOptional: true, content: withProblems(<NotificationsStep {...stepProps} />) },
          { title: 'Review', description: existing ? 'Check what will be saved.' : 'Check what will be created.', content: withProblems(<ReviewStep {...stepProps} goTo={(to) => void goTo(to)} />) },
        ]}
      />
    </div>
  );
}

/** Leads to the first field that is wrong, each time one was stopped. */
function useFaultFocus(stops: number) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (stops > 0) ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [stops]);
  return ref;
}
