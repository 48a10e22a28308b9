import type { Page } from 'playwright-core';

/** The wizard that connects a device. */
export class ConnectPage {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Names a new thing and has everything made. */
  async make(thingName: string): Promise<void> {
    await this.page.getByLabel('Name', { exact: true }).fill(thingName);
    await this.next();
  }

  async made(): Promise<void> {
    await this.page.getByRole('button', { name: /^Download all/ }).waitFor();
  }

  async next(): Promise<void> {
    await this.page.getByRole('button', { name: 'Next', exact: true }).click();
  }

  /** Downloads the archive to a path. */
  async downloadAll(path: string): Promise<void> {
    const download = this.page.waitForEvent('download');
    await this.page.getByRole('button', { name: /^Download all/ }).click();
    await (await download).saveAs(path);
  }

  /** The commands that write the files. */
  async pasteCommands(): Promise<string> {
    await this.page.getByRole('button', { name: /paste them into a shell/ }).click();
    return this.page.getByLabel('Commands', { exact: true }).innerText();
  }

  /** The command that a program is started with. */
  async command(program: string): Promise<string> {
    await this.page.getByRole('radio', { name: program }).check({ force: true });
    return this.page.getByLabel('Command', { exact: true }).last().innerText();
  }

  async says(words: string | RegExp): Promise<void> {
    await this.page.getByText(words).first().waitFor();
  }

  async cancel(answer: 'Stay' | 'Remove and leave' | 'Keep and leave'): Promise<void> {
    await this.page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await this.page.getByRole('dialog').getByRole('button', { name: answer, exact: true }).last().click();
  }
}
