import { describe, expect, inject } from 'vitest';
import { Shell } from '../pages/shell';
import { SignInPage } from '../pages/sign-in';
import { test } from '../rig/visit';

describe('sign-in', () => {
  test('ok/with an access key, and out again', async ({ visit }) => {
    const { page } = await visit({ ownSession: true });
    const shell = new Shell(page);
    await shell.titled('Overview');
    await shell.signOut('root');
    await new SignInPage(page).shown();
    await page.goBack();
    await new SignInPage(page).shown();
  });

  test('fail/with a wrong secret', async ({ visit }) => {
    const { page } = await visit({ key: null });
    const form = new SignInPage(page);
    await form.signIn({ id: inject('world').root.id, secret: 'wrong' });
    expect(await form.refusal()).toMatch(/secret/i);
    await form.signIn(inject('world').root);
    await new Shell(page).titled('Overview');
  });

  test('fail/with a key that does not exist', async ({ visit }) => {
    const { page } = await visit({ key: null, path: '/sign-in' });
    const form = new SignInPage(page);
    await form.signIn({ id: 'AKIAAAAAAAAAAAAAAAAA', secret: 'wrong' });
    expect(await form.refusal()).toMatch(/key/i);
  });

  test('fail/with nothing', async ({ visit }) => {
    const { page } = await visit({ key: null, path: '/sign-in' });
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Enter the access key ID').waitFor();
  });

  test('ok/a session that has ended leads back to where one was', async ({ visit }) => {
    const { page, context, open } = await visit();
    const there = '/alarms?since=P1D';
    await context.clearCookies();
    await open(there);
    const form = new SignInPage(page);
    await form.shown();
    await form.signIn(inject('world').root);
    await page.waitForURL(`/console${there}`);
    await page.locator('#top-bar').waitFor();
  });
});
