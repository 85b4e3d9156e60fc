import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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

/** What happens beside the way that all goes: a passkey is lost, a clerk erred, a phone is replaced. */
describe('beside the usual way', () => {
  let system: System;
  let browser: Browser;
  let page: Page;
  let portal: string;
  let code: string;
  let at: string;
  let account: string;

  beforeAll(async () => {
    system = await System.start({ SMARTKEY_CLOCK_START: '2026-11-25T10:00:00+09:00' });
    portal = `${system.url.replace('127.0.0.1', 'localhost')}/portal`;
    browser = await openChromium();
    page = await newPage();
    await withPasskeyDevice(page);
    await signIn(page, portal, OPERATOR_KEY);
    await introduce(page, portal, '運用 太郎', 'taro@operator.example');
    const { id } = await system.operator.post<{ id: string }>('/contracts', {
      applicant: { name: '株式会社見本', iijIdContract: 'IIJID-1' },
      plan: 'enterprise',
    });
    await system.operator.post(`/contracts/${id}/acceptance`, { billingStartDate: '2026-11-25' });
    at = `/contracts/${id}`;
    account = (await system.operator.post<{ id: string }>(`${at}/ids`, { externalId: 'user@example.jp' })).id;
  });
  afterAll(async () => {
    await browser?.close();
    await system?.dispose();
  });

  async function newPage(): Promise<Page> {
    const made = await (await browser.newContext(IN_JAPAN)).newPage();
    made.setDefaultTimeout(30_000);
    return made;
  }
  const text = (of: Page = page): Promise<string> => of.locator('main').innerText();
  const press = (label: string, of: Page = page): Promise<void> =>
    of.getByRole('button', { name: label, exact: true }).click();
  /** Opens a screen at the width of a phone: nothing is too wide, and axe finds nothing. */
  async function open(path: string, of: Page = page): Promise<void> {
    await of.setViewportSize({ width: 320, height: 700 });
    expect([path, (await of.goto(portal + path))?.status()]).toEqual([path, 200]);
    expect(await accessFaults(of)).toEqual([]);
    const wide = await of.evaluate('document.documentElement.scrollWidth');
    expect([path, wide]).toEqual([path, 320]);
    await of.setViewportSize({ width: 1280, height: 900 });
  }

  /** The links in the mails that lie in the folder, of the last one first. */
  async function linksIn(folder: string, what: RegExp): Promise<readonly string[]> {
    const names = await readdir(folder).catch(() => []);
    const mails = await Promise.all(
      names.filter((name) => name.endsWith('.eml')).map((name) => readFile(join(folder, name), 'utf8')),
    );
    const plain = (mail: string): string =>
      mail
        .replace(/=\r?\n/g, '')
        .replace(/=([\dA-F]{2})/g, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return mails.flatMap((mail) => plain(mail).match(what) ?? []);
  }

  it('a recovery code is shown once, after one has shown who one is', async () => {
    await open('/account/passkeys');
    await page.getByRole('link', { name: '回復コードを発行する' }).click();
    await press('回復コードを発行する');
    code = await page.locator('#recovery-code').innerText();
    expect(code).toMatch(/^[a-z0-9]{5}(-[a-z0-9]{5})+$/);
  });

  it('who has lost the passkey comes back with the code and the mailed link, and the former session ends', async () => {
    const other = await newPage();
    await withPasskeyDevice(other);
    await other.goto(`${portal}/sign-in`);
    await other.getByRole('link', { name: 'ログインできないとき' }).click();
    await open('/recovery-code', other);
    await press('リンクを送る', other);
    expect(await text(other)).toContain('「回復コード」を入力してください。');
    // A wrong code and an unknown address are answered as a right one is.
    for (const [email, given] of [
      ['nobody@operator.example', code],
      ['taro@operator.example', 'wrong-wrong'],
      ['taro@operator.example', ` ${code.toUpperCase()} `],
    ] as const) {
      await other.goto(`${portal}/recovery-code`);
      await other.getByLabel('メールアドレス').fill(email);
      await other.getByLabel('回復コード').fill(given);
      await press('リンクを送る', other);
      expect(await text(other)).toContain('まもなくメールが届きます');
    }
    const [link] = await untilSeen(
      () => linksIn(join(system.dataFolder, 'mails'), /http:[^\s"]+\/portal\/recovery\?token=[\w-]{43}/),
      ({ length }) => length > 0,
    );
    await open(new URL(link!).pathname.replace('/portal', '') + new URL(link!).search, other);
    await press('続ける', other);
    expect(await other.locator('#recovery-code').innerText()).not.toBe(code);
    await page.goto(`${portal}/account`);
    expect(page.url()).toContain('/sign-in');
    await addPasskey(other, portal);
    await other.goto(link!);
    await press('続ける', other);
    expect(await text(other)).toContain('期限が切れました');
    await other.goto(`${portal}/account`);
    expect(await text(other)).toContain('運用 太郎');
    page = other;
  });

  it('an operator has a link sent to another person, and says why', async () => {
    await page.goto(`${portal}/people/new`);
    await page.getByLabel('名前').fill('運用 次郎');
    await page.getByLabel('メールアドレス').fill('jiro@operator.example');
    await page.getByLabel('運用').check();
    await press('招待する');
    const link = await page.locator('#invitation-link').innerText();
    const jiro = await newPage();
    await jiro.goto(link);
    await press('続ける', jiro);
    await page.goto(`${portal}/people`);
    await page.getByRole('link', { name: '運用 次郎' }).click();
    const address = new URL(page.url()).pathname.replace('/portal', '');
    await open(`${address}/recovery`);
    await page.getByLabel('理由').fill('端末の紛失');
    await press('確認へ進む');
    await press('リンクを送る');
    expect(await text()).toContain('メールサーバーが設定されていないため');
  });

  it('a fee is waived, and a notice corrected, by a clerk who says why', async () => {
    const fee = await system.operator.post<{ id: string }>(`${at}/one-time-fees`, {
      amount: '5000',
      description: '設定作業',
      occurredOn: '2026-11-25',
    });
    await open(`${at}/one-time-fees/${fee.id}/waiver`);
    await page.getByLabel('理由').fill('二重に記録した');
    await press('確認へ進む');
    await press('この費用を免除する');
    expect(await text()).toContain('一時費用を免除しました');

    const notice = await system.operator.post<{ id: string }>(`${at}/cancellation`, {
      arrivedAt: '2026-11-25T00:00:00+09:00',
      requestedDay: '2027-03-31',
    });
    await open(`${at}/cancellation/${notice.id}/correction`);
    for (const part of ['年', '月', '日'])
      await page.getByRole('group', { name: 'ご希望日' }).getByLabel(part, { exact: true }).fill('');
    await page.getByLabel('理由').fill('転記の誤り');
    await press('確認へ進む');
    await press('この内容で訂正する');
    expect(await text()).toContain('2026年12月25日（金） 24時');
    expect((await page.goto(`${portal}${at}/plan-changes/pch_00000000000000000000000000`))?.status()).toBe(
      404,
    );
  });

  it('a phone is replaced by another, and a registration’s days are set right', async () => {
    await open(`${at}/opening`);
    for (const form of [`ids/${account}`, 'imports/new', 'ids/new']) {
      await page.goto(`${portal}${at}/${form}`);
      expect(page.url()).toContain(`/opening?next=${encodeURIComponent(`/portal${at}/${form}`)}`);
    }
    await page.getByLabel('理由').fill('端末の交換の依頼');
    await press('理由を記録して開く');
    // The form itself, which nobody has filled in yet.
    expect(page.url()).toBe(`${portal}${at}/ids/new`);
    await open(`${at}/ids/${account}`);
    expect((await page.goto(`${portal}${at}/history`))?.status()).toBe(200);
    expect(await text()).toContain('端末の交換の依頼');
    const started = await system.operator.post<{ id: string; secretBase32: string }>(
      `${at}/ids/${account}/enrolments`,
      {},
    );
    expect(started.secretBase32).toMatch(/^[A-Z2-7]+$/);
    const { items } = await system.operator.get<{ items: { spells: { id: string }[] }[] }>(`${at}/ids`);
    const spell = items[0]!.spells[0]!.id;
    await open(`${at}/ids/${account}/registrations/${spell}/correction`);
    await open(`${at}/ids/${account}/registrations/${spell}/void`);
    await page.getByLabel('理由').fill('誤って登録した');
    await press('確認へ進む');
    await press('登録を取り消す');
    expect(await text()).toContain('登録を取り消しました');
  });
});
