import TopNavigation, { type TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import { Suspense } from 'react';
import { Outlet, useHref, useNavigate } from 'react-router';
import { useOperation, useSession, useSignOut } from '../../api';
import { text } from '../../i18n-strings';
import { LiveStatus, useLiveUtility } from './live-indicator';
import { LoadingPage } from './loading-page';
import { logoSource } from './logo';
import { chooseTheme, useThemeChoice, type ThemeChoice } from './theme';

/** What stays while pages come and go: the top bar. */
export function Shell() {
  const navigate = useNavigate();
  const home = useHref('/');
  return (
    <>
      <div id="top-bar">
        <LiveStatus />
        <TopNavigation
          identity={{
            href: home,
            title: 'Vedette',
            logo: { src: logoSource, alt: '' },
            onFollow: (event) => {
              event.preventDefault();
              void navigate('/');
            },
          }}
          utilities={useUtilities()}
          i18nStrings={text.topNavigation}
        />
      </div>
      <Suspense fallback={<LoadingPage />}>
        <Outlet />
      </Suspense>
    </>
  );
}

/** A disc, half of it dark. */
function ThemeIcon() {
  return (
    <svg viewBox="0 0 16 16" focusable="false" aria-hidden="true">
      <circle cx="8" cy="8" r="6" />
      <path d="M8 2v12a6 6 0 0 0 0-12z" className="filled" />
    </svg>
  );
}

function useUtilities(): TopNavigationProps.Utility[] {
  const theme = useThemeChoice();
  const session = useSession();
  const signOut = useSignOut();
  const deployment = useOperation('DescribeSignIn', {});
  const utilities: TopNavigationProps.Utility[] = [
    useLiveUtility(),
    {
      type: 'menu-dropdown',
      iconSvg: <ThemeIcon />,
      ariaLabel: 'Theme',
      title: 'Theme',
      items: (['system', 'light', 'dark'] as ThemeChoice[]).map((id) => ({
        id,
        text: text.themes[id],
        itemType: 'checkbox' as const,
        checked: theme === id,
      })),
      onItemClick: ({ detail }) => chooseTheme(detail.id as ThemeChoice),
    },
  ];
  if (session && session.authentication !== 'none') {
    utilities.push({
      type: 'menu-dropdown',
      iconName: 'user-profile',
      text: session.name,
      description: session.accessKeyId ?? text.openIdConnect,
      items: [{ id: 'sign-out', text: 'Sign out' }],
      onItemClick: () => void signOut(),
    });
  }
  if (deployment.data?.region) {
    utilities.unshift({ type: 'button', text: deployment.data.region, title: `Version ${deployment.data.version}`, disableUtilityCollapse: false });
  }
  return utilities;
}
