import { Navigate, useLocation } from 'react-router';
import { LiveProvider, useSessionQuery } from '../../api';
import { NotificationsProvider } from '../notifications';
import { FailedPage } from '../states/failed-page';
import { LoadingPage } from './loading-page';
import { Shell } from './shell';

/** Lets who is signed in see the pages; the others sign in first and come back here. */
export function Guard() {
  const session = useSessionQuery();
  const { pathname, search } = useLocation();
  if (session.isPending) return <LoadingPage />;
  if (session.isError) return <FailedPage error={session.error} retry={() => void session.refetch()} />;
  if (session.data === null) {
    const back = pathname === '/' && !search ? '' : `?back=${encodeURIComponent(pathname + search)}`;
    return <Navigate to={`/sign-in${back}`} replace />;
  }
  return (
    <LiveProvider>
      <NotificationsProvider>
        <Shell />
      </NotificationsProvider>
    </LiveProvider>
  );
}
