import { useNavigate } from 'react-router';
import { useNotifications } from '../../../commons/notifications';

/** Says how saving ended, and shows the profile. what: "created". */
export function useDone(what: string) {
  const navigate = useNavigate();
  const { success, failure } = useNotifications();
  return (name: string, incomplete: string | undefined) => {
    if (incomplete) failure(`Security profile ${name} is ${what}, but not all that goes with it`, new Error(incomplete));
    else success(`Security profile ${name} is ${what}`);
    void navigate(`/profiles/${encodeURIComponent(name)}${incomplete ? '?tab=targets' : ''}`);
  };
}
