import type { PageRoutes } from '../../commons/layout/pages';

export const page: PageRoutes = {
  place: 'dimensions',
  routes: [
    { path: 'dimensions', load: () => import('./page') },
    { path: 'dimensions/create', load: () => import('./edit/create-page') },
    { path: 'dimensions/:name', load: () => import('./detail/page') },
    { path: 'dimensions/:name/edit', load: () => import('./edit/edit-page') },
  ],
};
