import type { PageRoutes } from '../../commons/layout/pages';

export const page: PageRoutes = {
  place: 'alarms',
  routes: [
    { path: 'alarms', load: () => import('./page') },
    { path: 'alarms/history', load: () => import('./history-page') },
    { path: 'alarms/:violationId', load: () => import('./alarm-page') },
  ],
};
