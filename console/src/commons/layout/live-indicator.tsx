import type { TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import { useLiveState } from '../../api';
import { formatTime } from '../format';

const words = { off: 'Connecting', connecting: 'Connecting', live: 'Live', reconnecting: 'Reconnecting', offline: 'Offline' };

function useWords(): string {
  const state = useLiveState();
  return state.status === 'offline' ? `Offline since ${formatTime(state.since / 1000)}` : words[state.status];
}

/** Whether what is shown follows the server, in the top bar. */
export function useLiveUtility(): TopNavigationProps.Utility {
  const { status } = useLiveState();
  return {
    type: 'button',
    text: useWords(),
    disableUtilityCollapse: true,
    title: status === 'live' ? 'What is shown follows the server' : 'What is shown may be old',
    iconSvg: (
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="4" className={`vedette-live vedette-live-${status}`} />
      </svg>
    ),
  };
}

/** The same for screen readers, which are told of changes. */
export function LiveStatus() {
  return (
    <div role="status" className="vedette-hidden">
      {useWords()}
    </div>
  );
}
