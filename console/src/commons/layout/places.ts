import type { OperationName } from '../../api';

export interface Place {
  /** Below /console. */
  path: string;
  title: string;
  /** Who may not call this does not see the page in the navigation. */
  needs?: OperationName;
}

/** The pages that the side navigation can show. */
export const places = {
  overview: { path: '/', title: 'Overview' },
  alarms: { path: '/alarms', title: 'Alarms', needs: 'ListActiveViolations' },
  profiles: { path: '/profiles', title: 'Security profiles', needs: 'ListSecurityProfiles' },
  things: { path: '/things', title: 'Things', needs: 'ListThings' },
  groups: { path: '/groups', title: 'Thing groups', needs: 'ListThingGroups' },
  connect: { path: '/connect', title: 'Connect a device', needs: 'CreateThing' },
  metrics: { path: '/metrics', title: 'Custom metrics', needs: 'ListCustomMetrics' },
  dimensions: { path: '/dimensions', title: 'Dimensions', needs: 'ListDimensions' },
  settings: { path: '/settings', title: 'Settings' },
} satisfies Record<string, Place>;

export type PlaceName = keyof typeof places;
