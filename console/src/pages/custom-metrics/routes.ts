import type { PageRoutes } from '../../commons/layout/pages';

export const page: PageRoutes = {
  place: 'metrics',
  routes: [
    { path: 'metrics', load: () => import('./page') },
    { path: 'metrics/create', load: () => import('./create/page') },
    { path: 'metrics/:name', load: () => import('./detail/page') },
  ],
};
