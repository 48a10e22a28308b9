import type { PageRoutes } from '../../commons/layout/pages';

export const page: PageRoutes = {
  routes: [{ path: 'sign-in', load: () => import('./page'), open: true }],
};
