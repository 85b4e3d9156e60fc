import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runAmongServers } from '@smartkey/servers';
import { ROOT } from '@smartkey/testing/end-to-end';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { IN_JAPAN, openChromium } from '../chromium.ts';
import { liveIn, type LivedIn } from '../lived-in.ts';
import { type Person, PortalSystem } from '../portal-system.ts';
import { operatorScreens } from '../screens.ts';
import { officeWalks, userWalk } from './walks.ts';

/*
 * `npm run portal:pictures [-- word …]`: a picture of every screen, in out/portal/<look>/<who>. Words: only screens whose address holds one
 * of them. Looks: wide, dark, narrow (320 px); of the narrow and the dark only the operator's.
 */
const FOLDER = join(ROOT, 'out/portal');
const FONTS = ['biz-udpgothic', 'noto-sans-jp'].map((font) =>
  join(ROOT, 'node_modules/@expo-google-fonts', font),
);

const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  wide: {},
  dark: { colorScheme: 'dark' },
  narrow: { viewport: { width: 320, height: 700 } },
};

const asked = process.argv.slice(2);
const isAsked = (path: string): boolean => asked.length === 0 || asked.some((word) => path.includes(word));

/** A system without Japanese fonts would show boxes: those that documents are set in are here. */
async function showFonts(): Promise<void> {
  const file = join(FOLDER, 'fonts.conf');
  const dirs = FONTS.map((folder) => `<dir>${folder}</dir>`).join('');
  await writeFile(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${dirs}<cachedir>${join(FOLDER, '.fonts')}</cachedir>` +
      '<alias><family>sans-serif</family><prefer><family>BIZ UDPGothic</family><family>Noto Sans JP</family></prefer></alias>' +
      '<alias><family>system-ui</family><prefer><family>BIZ UDPGothic</family></prefer></alias></fontconfig>',
  );
  process.env['FONTCONFIG_FILE'] = file;
}

/** Who looks at what. */
function screensOf(world: LivedIn): readonly (readonly [string, Person | undefined, readonly string[]])[] {
  const at = `/contracts/${world.contract}`;
  const ofContract = [
    '',
    '/ids',
    '/plan',
    '/billing',
    '/people',
    '/keys',
    '/history',
    '/cancellation',
    '/plan-change',
    '/authentications',
    '/ids/new',
    `/ids/${world.account}`,
    '/imports',
    '/billing-profile',
    '/conditions/3',
    '/usage/2026-11',
  ];
  return [
    [
      'nobody',
      undefined,
      ['/sign-in', '/invitation?token=x', '/oidc/callback', '/recovery-code', '/recovery?token=x', '/self'],
    ],
    [
      'operator',
      world.operator,
      [
        ...operatorScreens(world),
        `${at}/authentications`,
        `${at}/authentications?address=nowhere`,
        `${at}/ids/${world.account}/authentications`,
        `${at}/ids/${world.account}/links/identity-seen`,
        `${at}/people/${world.person!}`,
        `${at}/people/${world.person!}/leaving`,
        `${at}/people/${world.person!}/recovery`,
        `${at}/opening`,
        `${at}/usage/2026-11`,
        `/contracts/${world.foreign}/usage/2026-11`,
        `/contracts/${world.foreign}/authentications`,
        `/approvals/${world.approval!}/approval`,
        `/approvals/${world.approval!}/rejection`,
        `/exports/${world.exported!}/acknowledgement`,
        '/account/passkeys/recovery-code',
        `/contracts/${world.foreign}`,
        `/contracts/${world.foreign}/billing`,
        `/invoices/${world.foreignInvoice}`,
        `/invoices/${world.invoice}/lines/2`,
        `/approvals/${world.approval!}`,
        `/exports/${world.exported!}`,
        `/people/${world.officer!}`,
      ],
    ],
    ['finance', world.finance, ['/invoices', '/corrections', '/exports', `/invoices/${world.invoice}`]],
    ['auditor', world.auditor, ['/audit', `/audit/as-of?contract=${world.contract}&asOf=2026-11-25`]],
    ['customer', world.administrator, ofContract.map((under) => at + under)],
  ];
}

await runAmongServers(async () => {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  await showFonts();
  const portal = await PortalSystem.start();
  const browser = await openChromium();
  try {
    const world = await liveIn(portal, (what) => what);
    let made = 0;
    const shoot = async (page: Page, under: string, name: string): Promise<void> => {
      await mkdir(join(FOLDER, under), { recursive: true });
      if (await page.locator('html').evaluate((html) => html.scrollWidth > html.clientWidth))
        process.stdout.write(`wider than its window: ${under}/${name}\n`);
      const spilt = await page.locator('.table-frame').evaluateAll((frames) => {
        const { getComputedStyle } = globalThis as unknown as {
          readonly getComputedStyle: (element: unknown) => { readonly overflowX: string };
        };
        return frames
          .filter(
            (frame) =>
              frame.scrollWidth > frame.clientWidth && getComputedStyle(frame).overflowX === 'visible',
          )
          .map((frame) => frame.getAttribute('aria-label'));
      });
      for (const table of spilt) process.stdout.write(`wider than its frame: ${under}/${name} ${table}\n`);
      await page.screenshot({ path: join(FOLDER, under, `${name}.png`), fullPage: true });
      made += 1;
    };
    for (const [look, options] of Object.entries(LOOKS))
      for (const [who, person, screens] of screensOf(world)) {
        if (look !== 'wide' && who !== 'operator') continue;
        const context = await browser.newContext({ ...IN_JAPAN, ...options });
        if (person !== undefined) {
          const { sessionCookie } = portal.visitor();
          const { token } = await portal.verified(person);
          await context.addCookies([{ name: sessionCookie, value: token, url: portal.origin }]);
        }
        const page = await context.newPage();
        for (const path of screens.filter(isAsked)) {
          await page.goto(portal.portal + path);
          const name = path
            .replace(`/contracts/${world.foreign}`, '/foreign')
            .replace(/^\/contracts\/ctr_\w+/, '/contract')
            .replace(/[a-z]{3}_[0-9a-z]{20,}/g, 'x')
            .replace(/[^\w-]+/g, '_');
          await shoot(page, join(look, who), name || '_home');
        }
        if (who === 'operator' && asked.length === 0)
          await officeWalks(page, portal.portal, world, (at, name) => shoot(at, join(look, 'walks'), name));
        await context.close();
      }
    for (const [look, options] of Object.entries(LOOKS)) {
      if (asked.length > 0) break;
      const contexts: BrowserContext[] = [];
      const newPage = async (): Promise<Page> => {
        const context = await browser.newContext({ ...IN_JAPAN, ...options });
        contexts.push(context);
        return context.newPage();
      };
      await userWalk(portal, world, newPage, (at, name) => shoot(at, join(look, 'user'), name));
      for (const context of contexts) await context.close();
    }
    process.stdout.write(`${made} pictures in ${FOLDER}\n`);
  } finally {
    await browser.close();
    await portal.dispose();
  }
});
