import type { PageRoutes } from '../../commons/layout/pages';

export const page: PageRoutes = {
  place: 'profiles',
  routes: [
    { path: 'profiles', load: () => import('./page') },
    { path: 'profiles/:name', load: () => import('./detail/page') },
  ],
};
