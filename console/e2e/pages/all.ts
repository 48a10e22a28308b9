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
}

export const allPages: AnyPage[] = [
  { name: 'sign-in', path: '/sign-in', ready: 'Where do I find an access key?', open: true },
  { name: 'overview', path: '/', ready: 'Noisiest in the last 24 hours' },
  { name: 'not-found', path: '/no-such-page', ready: 'There is no page here' },
];
