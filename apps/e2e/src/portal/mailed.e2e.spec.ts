import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SmtpServer } from '@smartkey/servers';
import { untilSeen } from '@smartkey/testing';
import { OPERATOR_KEY, System } from '@smartkey/testing/end-to-end';
import type { Browser, Page } from 'playwright-core';
import {
  accessFaults,
  addPasskey,
  IN_JAPAN,
  introduce,
  openChromium,
  signIn,
  withPasskeyDevice,
} from './chromium.ts';
import { plain } from './mailed-links.ts';

/** Links go by a real mail server, and come back in a real browser. */
describe('where a mail server is', () => {
  let server: SmtpServer;
  let system: System;
  let browser: Browser;
  let taro: Page;
  let portal: string;

  beforeAll(async () => {
    server = await SmtpServer.start({ encryption: 'starttls' });
    system = await System.start({
      SMARTKEY_SMTP_URL: `smtp://127.0.0.1:${server.port}`,
      SMARTKEY_SMTP_FROM: 'no-reply@smartkey.example',
      SMARTKEY_SMTP_CA_FILE: server.caFile,
    });
    portal = `${system.url.replace('127.0.0.1', 'localhost')}/portal`;
    browser = await openChromium();
    taro = await newPage();
    await signIn(taro, portal, OPERATOR_KEY);
    await introduce(taro, portal, '運用 太郎', 'taro@operator.example');
  });
  afterAll(async () => {
    await browser?.close();
    await system?.dispose();
    await server?.stop();
  });

  /** A browser of somebody's own, with a device for passkeys. */
  async function newPage(): Promise<Page> {
    const page = await (await browser.newContext(IN_JAPAN)).newPage();
    page.setDefaultTimeout(30_000);
    await withPasskeyDevice(page);
    return page;
  }
  const text = (page: Page): Promise<string> => page.locator('main').innerText();
  const press = (label: string, page: Page): Promise<void> =>
    page.getByRole('button', { name: label, exact: true }).click();
  /** What the next mail to somebody says, where it fits. */
  async function mailTo(address: string, what: RegExp): Promise<string> {
    const found = () =>
      server.mails
        .filter(({ to }) => to.includes(address))
        .flatMap(({ raw }) => what.exec(plain(raw))?.[0] ?? []);
    return (await untilSeen(found, ({ length }) => length > 0)).at(-1)!;
  }
  const linkTo = (address: string, page: string): Promise<string> =>
    mailTo(address, new RegExp(`http:[^\\s"]+/portal/${page}\\?token=[\\w-]{43}`));

  it('an invitation goes to its address alone; whoever lost every passkey comes back by a link that another has sent', async () => {
    await taro.goto(`${portal}/people/new`);
    await taro.getByLabel('名前').fill('運用 次郎');
    await taro.getByLabel('メールアドレス').fill('jiro@operator.example');
    await taro.getByLabel('運用').check();
    await press('招待する', taro);
    expect(await text(taro)).not.toContain('token=');
    const jiro = await newPage();
    await jiro.goto(await linkTo('jiro@operator.example', 'invitation'));
    await press('続ける', jiro);
    await addPasskey(jiro, portal);

    // The phone is gone, and with it every way in.
    await taro.goto(`${portal}/people`);
    await taro.getByRole('link', { name: '運用 次郎' }).click();
    expect(await text(taro)).toContain('Chrome, Linux');
    const person = taro.url();
    await taro.goto(`${person}/recovery`);
    await taro.getByLabel('理由').fill('電話で本人と確認した');
    await press('確認へ進む', taro);
    await press('リンクを送る', taro);
    expect(await text(taro)).not.toContain('token=');
    const back = await newPage();
    const link = await linkTo('jiro@operator.example', 'recovery');
    await back.goto(link);
    expect(await accessFaults(back)).toEqual([]);
    await press('続ける', back);
    expect(await back.locator('#recovery-code').innerText()).toMatch(/^[a-z0-9]{5}(-[a-z0-9]{5})+$/);
    // What was signed in before is not any more, and the link works once.
    await jiro.goto(`${portal}/account`);
    expect(jiro.url()).toContain('/sign-in');
    await jiro.goto(link);
    await press('続ける', jiro);
    expect(await text(jiro)).toContain('期限が切れました');
    await addPasskey(back, portal);
    await back.goto(`${portal}/account`);
    expect(await text(back)).toContain('運用 次郎');
    expect(
      await mailTo('taro@operator.example', /運用 次郎 さんのログイン方法が再設定されました/),
    ).toBeDefined();
  });

  it('an address is changed once the link that went to the new one was opened and pressed; the former is told', async () => {
    await taro.goto(`${portal}/account`);
    await taro.getByRole('link', { name: '変更・確認する' }).click();
    expect(await accessFaults(taro)).toEqual([]);
    await taro.getByLabel('メールアドレス').fill('taro@new.example');
    await press('確認のリンクを送る', taro);
    expect(await text(taro)).toContain('確認のリンクを送りました');
    expect(await text(taro)).toContain('taro@operator.example');
    const link = await linkTo('taro@new.example', 'account/address');
    // In a browser that is not signed in the link asks for a sign-in, and is not used up.
    const elsewhere = await newPage();
    await elsewhere.goto(link);
    expect(new URL(elsewhere.url()).pathname).toBe('/portal/sign-in');
    await taro.goto(link);
    expect(await accessFaults(taro)).toEqual([]);
    expect(await text(taro)).not.toContain('taro@new.example');
    await press('続ける', taro);
    expect(await text(taro)).toContain('メールアドレスを確認しました');
    expect(await text(taro)).toContain('taro@new.example');
    expect(await mailTo('taro@operator.example', /別のアドレスに変更されました/)).toBeDefined();
    await taro.goto(link);
    await press('続ける', taro);
    expect(await text(taro)).toContain('期限が切れました');
  });
});
