import type { AppLayoutProps } from '@cloudscape-design/components/app-layout';
import type { TopNavigationProps } from '@cloudscape-design/components/top-navigation';

export const layout = {
  themes: { system: 'Like the system', light: 'Light', dark: 'Dark' },
  openIdConnect: 'Single sign-on',
  topNavigation: {
    overflowMenuTriggerText: 'More',
    overflowMenuTitleText: 'More',
    overflowMenuBackIconAriaLabel: 'Back',
    overflowMenuDismissIconAriaLabel: 'Close',
  } satisfies TopNavigationProps.I18nStrings,
  appLayout: {
    navigation: 'Side navigation',
    navigationToggle: 'Open side navigation',
    navigationClose: 'Close side navigation',
    notifications: 'Notifications',
    tools: 'Help',
    toolsToggle: 'Open help',
    toolsClose: 'Close help',
  } satisfies AppLayoutProps.Labels,
};
