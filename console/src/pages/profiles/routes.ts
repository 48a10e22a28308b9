import type { PageRoutes } from '../../commons/layout/pages';

export const page: PageRoutes = {
  place: 'profiles',
  routes: [
    { path: 'profiles', load: () => import('./page') },
    { path: 'profiles/create', load: () => import('./wizard/create-page') },
    { path: 'profiles/:name', load: () => import('./detail/page') },
    { path: 'profiles/:name/edit', load: () => import('./wizard/edit-page') },
  ],
};
