import { useCallback, useEffect, useRef } from 'react';
import { useBlocker } from 'react-router';

/** Asks before the page is left while something would be lost. */
export function useGuard(active: boolean) {
  const open = useRef(false);
  const blocker = useBlocker(useCallback(({ currentLocation, nextLocation }) => active && !open.current && currentLocation.pathname !== nextLocation.pathname, [active]));
  useEffect(() => {
    if (!active) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [active]);
  return {
    /** Somebody wants to leave, and waits for an answer. */
    asking: blocker.state === 'blocked',
    leave: () => blocker.proceed?.(),
    stay: () => blocker.reset?.(),
    /** Lets the next one leave without asking. */
    release: () => {
      open.current = true;
    },
  };
}
