import type { PageRoutes } from '../../commons/layout/pages';

export const page: PageRoutes = {
  place: 'settings',
  routes: [
    { path: 'settings', load: () => import('./page') },
    { path: 'settings/access-keys/create', load: () => import('./keys/create-page') },
    { path: 'settings/access-keys/:id', load: () => import('./keys/detail-page') },
  ],
};
