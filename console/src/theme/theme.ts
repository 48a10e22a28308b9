import { generateThemeStylesheet, type Theme } from '@cloudscape-design/components/theming';

// The look of the console, as overrides of Cloudscape's tokens. The build makes one
// style sheet of it (build/theme.ts): a theme applied at run time would need styles
// that the Content-Security-Policy forbids.

/** Teal: what can be acted on. */
const primary = {
  50: '#eefbf8',
  100: '#d2f5ec',
  200: '#a9eadd',
  300: '#74dcca',
  400: '#3cc9b4',
  500: '#14a696',
  600: '#0a7a70',
  700: '#075e58',
  800: '#074b47',
  900: '#063b39',
  1000: '#042423',
};

/** Slate: paper, ink and lines. */
const neutral = {
  50: '#fcfdfd',
  100: '#f8fafb',
  150: '#f4f7f8',
  200: '#eff3f5',
  250: '#e6ecef',
  300: '#d9e1e5',
  350: '#c2cdd2',
  400: '#aab8bf',
  450: '#99a9b1',
  500: '#80929b',
  550: '#6b7e88',
  600: '#586b75',
  650: '#3b4d57',
  700: '#2a3a43',
  750: '#1e2d35',
  800: '#18262d',
  850: '#132027',
  900: '#0e191f',
  950: '#0b151a',
  1000: '#050b0e',
};

const sans = "Inter, -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Open Sans', 'Helvetica Neue', Arial, sans-serif";
const mono = "'JetBrains Mono', ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

const ink = neutral[950];

const theme: Theme = {
  referenceTokens: { color: { primary, neutral, info: { ...primary } } },
  tokens: {
    fontFamilyBase: sans,
    fontFamilyDisplay: sans,
    fontFamilyHeading: sans,
    fontFamilyMonospace: mono,
    borderRadiusButton: '8px',
    borderRadiusContainer: '12px',
    borderRadiusAlert: '10px',
    borderRadiusFlashbar: '10px',
    borderRadiusTabsFocusRing: '8px',
    borderRadiusItem: '6px',
    borderRadiusInput: '8px',
    borderRadiusBadge: '6px',
    colorBackgroundLayoutMain: { light: neutral[150], dark: neutral[950] },
    colorBackgroundLayoutPanel: { light: '#ffffff', dark: neutral[900] },
    colorBackgroundLayoutToolbar: { light: '#ffffff', dark: neutral[900] },
    colorBackgroundContainerContent: { light: '#ffffff', dark: neutral[850] },
    colorBackgroundContainerHeader: { light: '#ffffff', dark: neutral[850] },
    colorBorderDividerDefault: { light: neutral[300], dark: neutral[700] },
    colorBorderLayoutSideNavigation: { light: neutral[300], dark: neutral[750] },
    colorBackgroundItemSelected: { light: primary[50], dark: primary[1000] },
    colorTextBodyDefault: { light: neutral[900], dark: neutral[300] },
    colorTextHeadingDefault: { light: ink, dark: neutral[200] },
    colorBackgroundNotificationBlue: { light: primary[600], dark: primary[700] },
    colorBackgroundNotificationGreen: { light: '#1a7a3c', dark: '#1f8a45' },
    colorBackgroundNotificationRed: { light: '#c22b24', dark: '#c9362f' },
    colorTextStatusError: { light: '#bd2a22', dark: '#ff8f87' },
    colorTextStatusWarning: { light: '#8a5a00', dark: '#f5c451' },
    colorTextStatusSuccess: { light: '#1a7a3c', dark: '#53c97b' },
  },
  contexts: {
    'top-navigation': {
      tokens: {
        colorBackgroundContainerContent: { light: ink, dark: neutral[1000] },
        colorTextTopNavigationTitle: { light: neutral[100], dark: neutral[100] },
        colorTextInteractiveDefault: { light: neutral[300], dark: neutral[300] },
        colorTextInteractiveHover: { light: '#ffffff', dark: '#ffffff' },
        colorTextAccent: { light: primary[300], dark: primary[300] },
        colorBorderDividerDefault: { light: neutral[750], dark: neutral[800] },
      },
    },
  },
};

/** The style sheet of the theme. */
export const css = generateThemeStylesheet({ theme });
