import type { PageRoutes } from '../../commons/layout/pages';

export const page: PageRoutes = {
  place: 'groups',
  routes: [
    { path: 'groups', load: () => import('./page') },
    { path: 'groups/:name', load: () => import('./detail/page') },
  ],
};
