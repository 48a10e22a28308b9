/** Where to go after the sign-in: a path of the console, never another site. */
export function backOf(back: string | null): string {
  return back && /^\/(?![/\\])[\x21-\x7e]*$/.test(back) && !back.startsWith('/sign-in') ? back : '/';
}
