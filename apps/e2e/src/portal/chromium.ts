import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Debian's; another by `CHROMIUM`. */
const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export const openChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: EXECUTABLE,
    // Chromium has no sandbox of its own where root runs it.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });

/** As somebody in Japan browses. */
export const IN_JAPAN: BrowserContextOptions = {
  locale: 'ja-JP',
  timezoneId: 'Asia/Tokyo',
  viewport: { width: 1280, height: 900 },
};

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds fault with on a page: each by its rule and place.
 * @param what the colours alone are looked at again where light has become dark.
 */
export async function accessFaults(
  page: Page,
  what: 'everything' | 'colours' = 'everything',
): Promise<readonly string[]> {
  const runOnly =
    what === 'colours'
      ? { type: 'rule', values: ['color-contrast'] }
      : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  // By the debugger's protocol: the pages' own policy lets no such script in.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  return page.evaluate(
    async (options) => {
      const { axe } = globalThis as unknown as {
        axe: {
          run: (options: object) => Promise<{
            violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[];
          }>;
        };
      };
      const { violations } = await axe.run(options);
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
      );
    },
    { runOnly },
  );
}

/** By an access key, which only the first of them does. */
export async function tryKey(page: Page, key: string): Promise<void> {
  if (!(await page.locator('input[name="key"]').isVisible())) await page.locator('summary').click();
  await page.fill('input[name="key"]', key);
  await page.click('form[action="/portal/sign-in"] button');
}

export async function signIn(page: Page, portal: string, key: string): Promise<void> {
  await page.goto(`${portal}/sign-in`);
  await tryKey(page, key);
  await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
}

/** A passkey's device that is always there and always sure of its user. */
export async function withPasskeyDevice(page: Page): Promise<void> {
  const debug = await page.context().newCDPSession(page);
  await debug.send('WebAuthn.enable');
  await debug.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** Says who one is after the first sign-in with a key, and adds a passkey: the way to come again. */
export async function introduce(page: Page, portal: string, name: string, email: string): Promise<void> {
  await page.fill('input[name="name"]', name);
  await page.fill('input[name="email"]', email);
  await page.click('main button[type="submit"]');
  await page.waitForURL((url) => !url.pathname.endsWith('/welcome'));
  await addPasskey(page, portal);
}

export async function addPasskey(page: Page, portal: string): Promise<void> {
  await page.goto(`${portal}/account/passkeys`);
  await page.click('form[data-passkey="create"] button');
  await page.waitForURL(/done=added/);
}
