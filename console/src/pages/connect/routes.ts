import type { PageRoutes } from '../../commons/layout/pages';

export const page: PageRoutes = { place: 'connect', routes: [{ path: 'connect', load: () => import('./page') }] };
