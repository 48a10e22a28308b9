import type { PageRoutes } from '../../commons/layout/pages';

export const page: PageRoutes = {
  place: 'overview',
  routes: [{ path: '', load: () => import('./page') }],
};
