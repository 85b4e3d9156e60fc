import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { accessFaults, IN_JAPAN } from './chromium.ts';
import type { PortalSystem } from './portal-system.ts';

/** How somebody uses a browser. */
export interface Way {
  readonly options?: BrowserContextOptions;
  /** Touches nothing but keys. */
  readonly keyboard?: boolean;
}

export const KEYBOARD: Way = { keyboard: true };
export const WITHOUT_SCRIPT: Way = { options: { javaScriptEnabled: false } };
export const NARROW: Way = { options: { viewport: { width: 320, height: 700 } } };
/** A window of 1280 × 900 at 200 %: half as many pixels of CSS, each twice as large. */
export const TWICE_AS_LARGE: Way = {
  options: { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 },
};

/** Several at once. */
export const together = (...ways: readonly Way[]): Way => ({
  options: Object.assign({}, ...ways.map(({ options }) => options)) as BrowserContextOptions,
  keyboard: ways.some(({ keyboard }) => keyboard === true),
});

/** So often a key is pressed before something counts as out of reach. */
const MOST_KEYS = 200;

interface InPage {
  readonly document: {
    readonly activeElement: unknown;
    readonly documentElement: { readonly scrollWidth: number; readonly clientWidth: number };
  };
  readonly getComputedStyle: (element: unknown) => {
    readonly outlineStyle: string;
    readonly boxShadow: string;
  };
}

/** Somebody at a browser who finds things by what stands beside them, in one of the ways that people do. */
export class Hands {
  /** What was wrong on the pages that were seen. */
  readonly faults: string[] = [];
  private readonly looked = new Set<string>();

  private constructor(
    readonly page: Page,
    private readonly portal: PortalSystem,
    private readonly way: Way,
    /** By which they sign in at the provider. */
    readonly account: string,
  ) {}

  static async of(browser: Browser, portal: PortalSystem, way: Way, account: string): Promise<Hands> {
    const context = await browser.newContext({ ...IN_JAPAN, ...way.options });
    context.setDefaultTimeout(60_000);
    return new Hands(await context.newPage(), portal, way, account);
  }

  private get script(): boolean {
    return this.way.options?.javaScriptEnabled !== false;
  }

  /** @param address of the portal, or a whole one. */
  async go(address: string): Promise<string> {
    await this.page.goto(address.startsWith('http') ? address : this.portal.portal + address);
    return this.arrive();
  }

  /** An act of weight asks first who it is. */
  private async arrive(): Promise<string> {
    if (new URL(this.page.url()).pathname === '/portal/step-up') await this.atProvider('社内IDで確認する');
    return this.read();
  }

  text(): Promise<string> {
    return this.page.locator('main').innerText();
  }

  /** Looks at the page that has come. @returns its text. */
  async read(): Promise<string> {
    const where = `${new URL(this.page.url()).pathname} (${await this.page.title()})`;
    if (!this.looked.has(where)) {
      this.looked.add(where);
      const wide = await this.page.locator('html').evaluate((_html) => {
        const { documentElement: all } = (globalThis as unknown as InPage).document;
        return all.scrollWidth - all.clientWidth;
      });
      if (wide > 0) this.faults.push(`${where}: ${wide} px too wide`);
      if (this.script) {
        this.faults.push(...(await accessFaults(this.page)).map((fault) => `${where}: ${fault}`));
        await this.page.emulateMedia({ colorScheme: 'dark' });
        const dark = await accessFaults(this.page, 'colours');
        this.faults.push(...dark.map((fault) => `${where}, dark: ${fault}`));
        await this.page.emulateMedia({ colorScheme: 'light' });
      }
    }
    return this.text();
  }

  async fill(label: string | RegExp, value: string): Promise<void> {
    const field = this.page.getByLabel(label).first();
    if (this.way.keyboard !== true) return field.fill(value);
    await this.reach(field);
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.insertText(value);
  }

  /** Year, month and day of a date under its legend. */
  async fillDay(legend: string, day: string): Promise<void> {
    const group = this.page.getByRole('group', { name: legend });
    for (const [index, part] of (['y', 'm', 'd'] as const).entries()) {
      const field = group.locator(`[data-part="${part}"]`);
      const value = day.split('-')[index]!;
      if (this.way.keyboard !== true) await field.fill(value);
      else {
        await this.reach(field);
        await this.page.keyboard.press('Control+A');
        await this.page.keyboard.insertText(value);
      }
    }
  }

  /** One of several, or one more. */
  async choose(label: string): Promise<void> {
    const field = this.page.getByLabel(label).first();
    if (this.way.keyboard !== true) return field.check();
    const name = (await field.getAttribute('name'))!;
    if ((await field.getAttribute('type')) === 'radio') {
      await this.reach(this.page.locator(`input[name="${name}"]:focus`));
      for (let n = 0; n < 10 && !(await field.isChecked()); n += 1)
        await this.page.keyboard.press(n === 0 ? 'Space' : 'ArrowDown');
    } else {
      await this.reach(field);
      if (!(await field.isChecked())) await this.page.keyboard.press('Space');
    }
    if (!(await field.isChecked())) throw new Error(`「${label}」 cannot be chosen`);
  }

  async select(label: string, option: string): Promise<void> {
    const field = this.page.getByRole('combobox', { name: label }).first();
    if (this.way.keyboard !== true) return void (await field.selectOption({ label: option }));
    await this.reach(field);
    const chosen = field.locator('option:checked');
    for (let n = 0; n < 30 && (await chosen.innerText()) !== option; n += 1)
      await this.page.keyboard.press('ArrowDown');
  }

  async upload(label: string, file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    const field = this.page.getByLabel(label).first();
    if (this.way.keyboard !== true) return field.setInputFiles(file);
    await this.reach(field);
    const [chooser] = await Promise.all([
      this.page.waitForEvent('filechooser'),
      // Chromium opens it by this key alone.
      this.page.keyboard.press('Space'),
    ]);
    await chooser.setFiles(file);
  }

  /** What lies folded up under a few words. */
  async unfold(words: string): Promise<void> {
    await this.act(this.page.locator('summary', { hasText: words }));
  }

  /** @returns the text of the page that it leads to. */
  async press(label: string): Promise<string> {
    return this.leave(this.page.getByRole('button', { name: label, exact: true }).first());
  }

  async follow(label: string | RegExp): Promise<string> {
    return this.leave(this.page.getByRole('link', { name: label }).first());
  }

  /** Off to the identity provider and back. */
  async atProvider(label: string): Promise<string> {
    this.portal.provider.account = this.account;
    const button = this.page.getByRole('button', { name: label, exact: true });
    await Promise.all([this.page.waitForURL(/\/oidc\/start/), this.act(button)]);
    if (!this.script) {
      await this.page.waitForURL(/\/oidc\/callback/);
      return this.press('続ける');
    }
    const isBack = (url: URL): boolean =>
      url.origin === this.portal.origin && !url.pathname.startsWith('/portal/oidc');
    await this.page.waitForURL(isBack);
    return this.read();
  }

  /** Waits for what a page tells when its work is done. */
  async until(words: string): Promise<string> {
    await this.page.getByText(words).first().waitFor({ timeout: 300_000 });
    return this.read();
  }

  /** A file as the browser would save it. */
  async file(address: string): Promise<Buffer> {
    const answer = await this.page.context().request.get(new URL(address, this.page.url()).href);
    if (!answer.ok()) throw new Error(`${address} was answered ${answer.status()}`);
    return answer.body();
  }

  private async leave(target: Locator): Promise<string> {
    await target.waitFor();
    const gone = this.page.waitForEvent('framenavigated');
    await this.act(target);
    await gone;
    await this.page.waitForLoadState();
    return this.arrive();
  }

  private async act(target: Locator): Promise<void> {
    if (this.way.keyboard !== true) return target.click();
    await this.reach(target);
    await this.page.keyboard.press('Enter');
  }

  /** Goes there key by key; and it is to be seen that one is there. */
  private async reach(target: Locator): Promise<void> {
    for (let n = 0; n < MOST_KEYS; n += 1) {
      const there =
        (await target.count()) > 0 &&
        (await target.evaluate(
          (element) => element === (globalThis as unknown as InPage).document.activeElement,
        ));
      if (there) {
        const seen = await target.evaluate((element) => {
          const { outlineStyle, boxShadow } = (globalThis as unknown as InPage).getComputedStyle(element);
          return outlineStyle !== 'none' || boxShadow !== 'none';
        });
        if (!seen) this.faults.push(`${this.page.url()}: nobody sees that ${String(target)} has the focus`);
        return;
      }
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`${String(target)} on ${this.page.url()} is out of the keyboard's reach`);
  }
}
