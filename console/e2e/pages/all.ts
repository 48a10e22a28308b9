import type { Page } from 'playwright-core';
import { AlarmsPage } from './alarms';

/** Every page, for what is true of all of them: accessibility, pictures. */
export interface AnyPage {
  /** Of its picture's file. */
  name: string;
  /** Below /console. */
  path: string;
  /** A text that is there once the page has all that it shows. */
  ready: string | RegExp;
  /** Shown to who is not signed in. */
  open?: boolean;
  /** What is done on the page before it is looked at. */
  then?: (page: Page) => Promise<void>;
}

async function openAlarm(page: Page): Promise<void> {
  await (await new AlarmsPage(page).look('few-connections')).getByText('In alarm since').waitFor();
}

export const allPages: AnyPage[] = [
  { name: 'sign-in', path: '/sign-in', ready: 'Where do I find an access key?', open: true },
  { name: 'overview', path: '/', ready: 'Noisiest in the last 24 hours' },
  { name: 'alarms', path: '/alarms', ready: 'known-tcp-ports' },
  { name: 'alarms-panel', path: '/alarms?securityProfileName=demo-fleet', ready: 'known-tcp-ports', then: openAlarm },
  { name: 'alarms-history', path: '/alarms/history', ready: 'known-tcp-ports' },
  { name: 'profiles', path: '/profiles', ready: 'demo-fleet' },
  { name: 'profile', path: '/profiles/demo-fleet', ready: 'known-tcp-ports' },
  { name: 'profile-percentile', path: '/profiles/camera-traffic', ready: 'not-louder-than-the-others' },
  { name: 'profile-alarms', path: '/profiles/demo-fleet?tab=alarms', ready: 'known-tcp-ports' },
  { name: 'profile-targets', path: '/profiles/demo-fleet?tab=targets', ready: 'All things' },
  { name: 'profile-json', path: '/profiles/cloud-usage?tab=json', ready: 'Download cloud-usage.json' },
  { name: 'profile-create', path: '/profiles/create', ready: 'Targets' },
  { name: 'things', path: '/things', ready: 'camera-01' },
  { name: 'thing', path: '/things/camera-01', ready: 'field-device' },
  { name: 'groups', path: '/groups', ready: 'headquarters' },
  { name: 'group', path: '/groups/cameras?tab=profiles', ready: 'camera-traffic' },
  { name: 'metrics', path: '/metrics', ready: 'battery' },
  { name: 'metric', path: '/metrics/battery', ready: 'Battery charge in percent' },
  { name: 'dimensions', path: '/dimensions', ready: 'own-topics' },
  { name: 'dimension', path: '/dimensions/own-topics', ready: 'Try a topic' },
  { name: 'connect', path: '/connect', ready: 'What the policy allows' },
  { name: 'settings', path: '/settings', ready: /Retention|Endpoints/ },
  { name: 'not-found', path: '/no-such-page', ready: 'There is no page here' },
];
