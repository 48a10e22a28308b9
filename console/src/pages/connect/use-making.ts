import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type DescribeDeploymentResponse } from '../../api';
import type { ConnectForm } from './model/form';
import { make, MakeError } from './model/make';
import type { Made, StepName } from './model/made';
import type { Undoing } from './model/undo';

export type Making =
  | { state: 'none' }
  | { state: 'making'; step: StepName }
  | { state: 'failed'; step: StepName; message: string; leftovers: string[] }
  | { state: 'made'; made: Made; undoing: Undoing }
  | { state: 'removing'; made: Made; undoing: Undoing }
  /** Not all of it could be removed. */
  | { state: 'stuck'; made: Made; undoing: Undoing; problems: string[] };

/** Makes what a device needs, and removes it again. */
export function useMaking(deployment: DescribeDeploymentResponse) {
  const client = useQueryClient();
  const [making, setMaking] = useState<Making>({ state: 'none' });
  const refresh = () => void client.invalidateQueries({ refetchType: 'active' });

  /** Whether it was made. */
  const start = async (form: ConnectForm): Promise<boolean> => {
    try {
      const done = await make(call, form, deployment, (step) => setMaking({ state: 'making', step }));
      setMaking({ state: 'made', ...done });
      return true;
    } catch (error) {
      if (!(error instanceof MakeError)) throw error;
      setMaking({ state: 'failed', step: error.step, message: error.message, leftovers: error.leftovers });
      return false;
    } finally {
      refresh();
    }
  };

  /** Whether all of it was removed. */
  const remove = async (): Promise<boolean> => {
    if (making.state !== 'made' && making.state !== 'stuck') return true;
    const { made, undoing } = making;
    setMaking({ state: 'removing', made, undoing });
    const problems = await undoing.run();
    setMaking(problems.length === 0 ? { state: 'none' } : { state: 'stuck', made, undoing, problems });
    refresh();
    return problems.length === 0;
  };
  /** Begins anew; what was made stays. */
  const forget = () => setMaking({ state: 'none' });
  return { making, start, remove, forget };
}
