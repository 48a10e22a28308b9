import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import { useHref, useLocation, useNavigate } from 'react-router';
import { allowed, useSession, type Session } from '../../api';
import { pages } from './pages';
import { places, type Place, type PlaceName } from './places';

const groups: { text?: string; names: PlaceName[] }[] = [
  { names: ['overview', 'alarms', 'profiles'] },
  { text: 'Fleet', names: ['things', 'groups', 'connect'] },
  { text: 'Measures', names: ['metrics', 'dimensions'] },
  { text: 'Deployment', names: ['settings'] },
];

/** The side navigation: pages that exist, and that the one who is signed in may use. */
export function Navigation() {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const root = useHref('/').replace(/\/$/, '');
  const session = useSession();
  const items: SideNavigationProps.Item[] = [];
  for (const { text, names } of groups) {
    const links = names.filter((name) => exists(name) && offered(name, session)).map((name) => link(name, root));
    if (links.length === 0) continue;
    if (text) items.push({ type: 'section-group', title: text, items: links });
    else items.push(...links);
  }
  return (
    <SideNavigation
      activeHref={root + active(pathname)}
      items={items}
      onFollow={(event) => {
        if (event.detail.external) return;
        event.preventDefault();
        void navigate(event.detail.href.slice(root.length) || '/');
      }}
    />
  );
}

function exists(name: PlaceName): boolean {
  return pages.some((page) => page.place === name);
}

function offered(name: PlaceName, session: Session | undefined): boolean {
  const { needs }: Place = places[name];
  return needs === undefined || allowed(session, needs);
}

function link(name: PlaceName, root: string): SideNavigationProps.Link {
  return { type: 'link', text: places[name].title, href: root + places[name].path };
}

/** The path of the place that a page belongs to. */
function active(pathname: string): string {
  const first = '/' + (pathname.split('/')[1] ?? '');
  return Object.values(places).some(({ path }) => path === first) ? first : pathname;
}
