import { createBrowserRouter, useRouteError, type RouteObject } from 'react-router';
import { Guard } from './commons/layout/guard';
import { LoadingPage } from './commons/layout/loading-page';
import { NotFoundPage } from './commons/layout/not-found-page';
import { pages, type PageRoute } from './commons/layout/pages';
import { FailedPage } from './commons/states/failed-page';

export function newRouter() {
  const routes = pages.flatMap((page) => page.routes);
  return createBrowserRouter(
    [
      {
        errorElement: <Broken />,
        hydrateFallbackElement: <LoadingPage />,
        children: [
          ...routes.filter(({ open }) => open).map(lazily),
          { element: <Guard />, children: [...routes.filter(({ open }) => !open).map(lazily), { path: '*', element: <NotFoundPage /> }] },
        ],
      },
    ],
    { basename: '/console' },
  );
}

/** A route whose code comes when it is first needed. */
function lazily({ path, load }: PageRoute): RouteObject {
  const at = path === '' ? { index: true as const } : { path };
  return { ...at, errorElement: <Broken />, lazy: async () => ({ Component: (await load()).default }) };
}

/** A page that threw, or whose code is of another version of the console. */
function Broken() {
  return <FailedPage error={useRouteError()} retry={() => location.reload()} />;
}
