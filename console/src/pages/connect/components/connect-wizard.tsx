import Wizard from '@cloudscape-design/components/wizard';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { DescribeDeploymentResponse } from '../../../api';
import { useNotifications } from '../../../commons/notifications';
import { wizardText } from '../config';
import '../connect.css';
import { endpointOf } from '../model/endpoint';
import { emptyForm, faultsOf, type ConnectForm } from '../model/form';
import { useGuard } from '../use-guard';
import { useMaking } from '../use-making';
import { FilesStep } from './files-step';
import { LeaveDialog } from './leave-dialog';
import { MadeFacts } from './made-facts';
import { MakingState } from './making-state';
import { ProgramStep } from './program-step';
import { ReportStep } from './report-step';
import { ThingStep } from './thing-step';

/** Thing, files, program, first report. */
export function ConnectWizard({ deployment, noUndo }: { deployment: DescribeDeploymentResponse; noUndo: string[] }) {
  const navigate = useNavigate();
  const { info } = useNotifications();
  const [form, setForm] = useState<ConnectForm>(emptyForm);
  const [tried, setTried] = useState(false);
  const [step, setStep] = useState(0);
  const [keySaved, setKeySaved] = useState(false);
  const [asking, setAsking] = useState(false);
  const { making, start, remove, forget } = useMaking(deployment);
  const made = 'made' in making ? making.made : undefined;
  const endpoint = endpointOf(deployment);
  const guard = useGuard(made !== undefined && !keySaved);

  const goTo = async (wanted: number) => {
    if (made || wanted === 0) return setStep(wanted);
    setTried(true);
    if (Object.keys(faultsOf(form)).length > 0 || making.state === 'making') return;
    if (await start(form)) setStep(1);
  };
  const again = () => {
    forget();
    setStep(0);
    setKeySaved(false);
    setTried(false);
    setForm(emptyForm());
  };
  const removeAll = async () => {
    const removed = await remove();
    setStep(0);
    setAsking(false);
    if (!removed) return guard.stay();
    setKeySaved(false);
    info('What was made is removed');
    if (guard.asking) guard.leave();
    else if (asking) void navigate('/things');
  };
  const leave = () => {
    setAsking(false);
    if (guard.asking) return guard.leave();
    guard.release();
    void navigate('/things');
  };
  const stay = () => {
    setAsking(false);
    guard.stay();
  };

  return (
    <>
      <Wizard
        activeStepIndex={step}
        onNavigate={({ detail }) => void goTo(detail.requestedStepIndex)}
        onCancel={() => (made ? setAsking(true) : void navigate('/things'))}
        onSubmit={() => made && void navigate(`/things/${encodeURIComponent(made.thingName)}`)}
        isLoadingNextStep={making.state === 'making' || making.state === 'removing'}
        submitButtonText="Finish"
        i18nStrings={wizardText}
        steps={[
          {
            title: 'Thing',
            description: made ? 'This was made for the device.' : 'What the device is called. The next step makes the thing, its certificate and, if need be, the policy.',
            content: (
              <>
                <MakingState making={making} />
                {made ? (
                  <MadeFacts made={made} noUndo={noUndo} busy={making.state === 'removing'} onRemove={() => void removeAll()} />
                ) : (
                  <ThingStep form={form} faults={tried ? faultsOf(form) : {}} onChange={(part) => setForm((form) => ({ ...form, ...part }))} deployment={deployment} endpoint={endpoint} />
                )}
              </>
            ),
          },
          {
            title: 'Files',
            description: 'Three files that belong on the device.',
            content: made ? <FilesStep made={made} endpoint={endpoint} saved={keySaved} onSaved={() => setKeySaved(true)} /> : null,
          },
          {
            title: 'Program',
            description: 'What the device runs to report. Pick what it has.',
            content: made ? <ProgramStep made={made} endpoint={endpoint} /> : null,
          },
          {
            title: 'First report',
            description: 'Start the program on the device, and watch what arrives here.',
            content: made ? <ReportStep made={made} endpoint={endpoint} onAgain={again} /> : null,
          },
        ]}
      />
      {made && (asking || guard.asking) && <LeaveDialog made={made} keySaved={keySaved} removable={noUndo.length === 0} busy={making.state === 'removing'} onRemove={() => void removeAll()} onLeave={leave} onStay={stay} />}
    </>
  );
}
