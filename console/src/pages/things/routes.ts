import type { PageRoutes } from '../../commons/layout/pages';

export const page: PageRoutes = {
  place: 'things',
  routes: [
    { path: 'things', load: () => import('./page') },
    { path: 'things/:name', load: () => import('./detail/page') },
  ],
};
