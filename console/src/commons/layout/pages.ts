import type { ComponentType } from 'react';
import type { PlaceName } from './places';

/** What src/pages/NAME/routes.ts exports as `page`. */
export interface PageRoutes {
  /** The entry of the side navigation that this fills; absent: it has none. */
  place?: PlaceName;
  routes: PageRoute[];
}

export interface PageRoute {
  /** Below /console/, without a slash in front: profiles/:name/edit */
  path: string;
  /** The page's code, loaded when it is first shown: () => import('./page') */
  load: () => Promise<{ default: ComponentType }>;
  /** Shown to who is not signed in. */
  open?: boolean;
}

const modules = import.meta.glob<{ page: PageRoutes }>('../../pages/*/routes.ts', { eager: true });

/** All pages that there are: a folder with a routes.ts is one. */
export const pages: PageRoutes[] = Object.values(modules).map((module) => module.page);
