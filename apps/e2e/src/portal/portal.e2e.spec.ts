import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATOR_KEY, System } from '@smartkey/testing/end-to-end';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import {
  accessFaults,
  addPasskey,
  IN_JAPAN,
  introduce,
  openChromium,
  signIn,
  tryKey,
  withPasskeyDevice,
} from './chromium.ts';
import { operatorScreens, type Populated } from './screens.ts';

/** One system and its people; each step stands on those before it, as the people's do. */
describe('the pages, in a real browser', () => {
  let system: System;
  let browser: Browser;
  let portal: string;
  let office: Page;
  let customer: Page;
  let contract: string;
  const found: { -readonly [Name in keyof Populated]?: string } = {};
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    system = await System.start({
      SMARTKEY_CLOCK_START: '2026-11-25T10:00:00+09:00',
      SMARTKEY_ISSUER_REGISTRATION_NUMBER: 'T8700110005901',
    });
    portal = `${system.url.replace('127.0.0.1', 'localhost')}/portal`;
    browser = await openChromium();
    office = await newPage();
    customer = await newPage();
    await withPasskeyDevice(office);
    await withPasskeyDevice(customer);
  });
  afterAll(async () => {
    await browser?.close();
    await system?.dispose();
  });

  async function newPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await browser.newContext({ ...IN_JAPAN, ...options });
    contexts.push(context);
    context.setDefaultTimeout(30_000);
    return context.newPage();
  }
  const text = (page: Page): Promise<string> => page.locator('main').innerText();
  const go = async (page: Page, path: string): Promise<string> => {
    await page.goto(portal + path);
    return text(page);
  };
  const press = (page: Page, label: string): Promise<void> =>
    page.getByRole('button', { name: label, exact: true }).click();
  const cookiesOf = async (page: Page): Promise<string> =>
    (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');

  it('the first operator comes in by the key, says who it is, and adds a passkey', async () => {
    await office.goto(portal);
    expect(office.url()).toContain('/portal/sign-in');
    await tryKey(office, 'wrong');
    expect(await text(office)).toContain('ログインできませんでした');
    await signIn(office, portal, OPERATOR_KEY);
    expect(office.url()).toContain('/welcome');
    await introduce(office, portal, '運用 太郎', 'taro@operator.example');
    expect(await go(office, '/start')).toContain('あと4つで準備が終わります');
  });

  it('an application is entered, accepted and quoted: 入力, 確認, 完了', async () => {
    await office.goto(`${portal}/contracts/new`);
    await press(office, '登録する');
    expect(await text(office)).toContain('「契約者名」を入力してください。');
    await office.getByLabel('契約者名').fill('株式会社<b>見本</b>');
    await office.getByLabel('IIJ IDサービスの契約番号').fill('IIJID-0001');
    await office.getByLabel('エンタープライズ').check();
    await press(office, '登録する');
    expect(await text(office)).toContain('申し込みを登録しました');
    // What people type is text, whatever it looks like.
    expect(await office.locator('h1').innerText()).toBe('株式会社<b>見本</b>');
    contract = new URL(office.url()).pathname.split('/').at(-1)!;

    await office.getByRole('link', { name: '承諾する' }).click();
    // Full-width digits are what Japanese keyboards give.
    for (const [name, value] of [
      ['年', '２０２６'],
      ['月', '１１'],
      ['日', '25'],
    ] as const)
      await office.getByLabel(name, { exact: true }).fill(value);
    await press(office, '確認へ進む');
    expect(await text(office)).toContain('月額料金は2026年11月25日（水）から発生します（第7条）。');
    await press(office, 'この内容で承諾する');
    expect(await text(office)).toContain('申し込みを承諾しました');

    await office.goto(`${portal}/contracts/${contract}/quotes/new`);
    await office.getByLabel('月額基本料').fill('１０，０００');
    await office.getByLabel('アカウント使用料（1アカウント・1か月）').fill('300');
    await press(office, '確認へ進む');
    await press(office, 'この料金を提示する');
    expect(await text(office)).toContain('10,000円');
  });

  it('many IDs come from a file: a trial first, the faulty rows named, then in earnest', async () => {
    // Whoever of the operator's side opens a contract's IDs says why, once.
    await office.goto(`${portal}/contracts/${contract}/ids`);
    await office.getByLabel('理由').fill('導入の支援');
    await press(office, '理由を記録して開く');
    expect(await text(office)).toContain('IDはまだ登録されていません');
    const rows = Array.from({ length: 300 }, (_, n) => `user${n}@example.jp,利用者${n},register`);
    const file = {
      name: 'ids.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(['externalId,displayName,action', ...rows, 'user1@example.jp,,explode'].join('\n')),
    };
    for (const [mode, words] of [
      ['確認だけ（何も変更しない）', 'まだ何も変更していません'],
      ['取り込む', '取り込みが終わりました'],
    ] as const) {
      await office.goto(`${portal}/contracts/${contract}/imports/new`);
      await office.setInputFiles('input[type="file"]', file);
      await office.getByLabel(mode).check();
      await press(office, 'ファイルを送信する');
      await office.getByText(words).waitFor();
      expect(await text(office)).toContain('1行にエラーがあります');
    }
    expect(await go(office, `/contracts/${contract}/ids`)).toContain('次の50件');
    await office.goto(`${portal}/contracts/${contract}/ids?externalId=user7@example.jp`);
    await office.getByRole('link', { name: 'user7@example.jp' }).click();
    found.account = new URL(office.url()).pathname.split('/').at(-1)!;
  });

  it('somebody is invited to the contract, by a link that a scanner may open and people use once', async () => {
    await office.goto(`${portal}/contracts/${contract}/people/new`);
    await office.getByLabel('名前').fill('見本 花子');
    await office.getByLabel('メールアドレス').fill('hanako@example.jp');
    await office.getByLabel('管理（契約・担当者・キー）').check();
    for (const right of ['IDと端末', '請求']) await office.getByLabel(right).check();
    await press(office, '招待する');
    const link = await office.locator('#invitation-link').innerText();
    await fetch(link);
    await customer.goto(link);
    await press(customer, '続ける');
    await addPasskey(customer, portal);
    const again = await newPage();
    await again.goto(link);
    await press(again, '続ける');
    expect(await text(again)).toContain('期限が切れました');
    expect(await go(customer, '')).toContain('今月利用したID');
  });

  it('a change of plan is shown with its month, and waits; the operator finds it under 対応待ち', async () => {
    await customer.goto(`${portal}/contracts/${contract}/plan-change`);
    await press(customer, '確認へ進む');
    expect(await text(customer)).toContain(
      '2026年12月1日0時からサービスプロバイダープランになります。2026年11月分までは現在のプランで計算します。',
    );
    await press(customer, 'この内容で申し込む');
    expect(await text(customer)).toContain('プラン変更のお申し込みを受け付けました');
    expect(await go(office, '/todo')).toContain('2026年12月からサービスプロバイダー');
  });

  it('a cancellation shows its last day before, and is never told as done (第6条)', async () => {
    await customer.goto(`${portal}/contracts/${contract}/cancellation`);
    await press(customer, '確認へ進む');
    expect(await text(customer)).toContain(
      '本日（2026年11月25日）のお申し込みで、利用終了日は2026年12月25日（金）24時です。到達日の翌日から数えて30日目と、ご希望日の遅いほうです（第6条）。',
    );
    // Midnight passes while the page is open: the day is another, and is shown again.
    await system.operator.put('/sandbox/clock', { now: '2026-11-26T00:00:01+09:00' });
    await press(customer, 'この内容で解約を申し込む');
    expect(await text(customer)).toContain('2026年12月26日（土）24時');
    await press(customer, 'この内容で解約を申し込む');
    expect(await text(customer)).toContain('解約のお申し込みを受け付けました');
    expect(await text(customer)).not.toContain('解約しました');
  });

  it('a month is closed, and its invoice is explained line by line and derived again', async () => {
    await system.operator.put('/sandbox/clock', { now: '2026-12-01T00:00:00+09:00' });
    const { id: applied } = await system.operator.post<{ id: string }>('/contracts', {
      applicant: { name: '有限会社申込', iijIdContract: 'IIJID-2' },
      plan: 'enterprise',
    });
    found.applied = applied;
    await office.goto(`${portal}/runs/new`);
    await press(office, '確認へ進む');
    await press(office, '請求書を発行する');
    await office.getByRole('link', { name: '請求書を見る' }).waitFor();
    found.run = new URL(office.url()).pathname.split('/').at(-1)!;
    await office.getByRole('link', { name: '請求書を見る' }).click();
    await office.getByRole('link', { name: /^SK-/ }).first().click();
    found.invoice = new URL(office.url()).pathname.split('/').at(-1)!;
    // 300 IDs for 6 of 30 days: 0.200 each.
    expect(await text(office)).toContain('18,000円');
    expect(await go(office, `/invoices/${found.invoice}/lines/2`)).toContain('IDの登録');
    await office.goto(`${portal}/invoices/${found.invoice}`);
    await press(office, '検証する');
    expect(await text(office)).toContain('同じ内容になりました');
  });

  it('its files are fetched, it is sent again, and an accounting file of it is made and acknowledged', async () => {
    const at = `${portal}/invoices/${found.invoice}`;
    const cookie = await cookiesOf(office);
    for (const [name, begins] of [
      ['file.pdf', '%PDF-'],
      ['statement.csv', '\uFEFF'],
      ['file.csv', '\uFEFF'],
    ] as const) {
      const answer = await fetch(`${at}/${name}`, { headers: { cookie } });
      expect([name, answer.status]).toEqual([name, 200]);
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
      expect(
        Buffer.from(await answer.arrayBuffer())
          .toString('utf8')
          .startsWith(begins),
      ).toBe(true);
    }
    const refused = await fetch(`${at}/file.xml`, { headers: { cookie } });
    expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('作成できません')]);
    expect(await go(office, `/invoices/${found.invoice}`)).toContain('発行者の振込先口座');
    const selection = await fetch(`${portal}/invoices.zip?month=2026-11`, { headers: { cookie } });
    expect(
      Buffer.from(await selection.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');

    await office.getByRole('link', { name: 'もう一度送る' }).click();
    await press(office, '送る');
    expect(await text(office)).toMatch(/送付を受け付けました|宛先/);

    await office.goto(`${portal}/exports/new`);
    await office.locator('#f-format').selectOption({ label: '弥生' });
    await press(office, 'ファイルを作成する');
    await office.getByRole('link', { name: 'CSVをダウンロードする' }).waitFor();
    await office.getByRole('link', { name: '受領を記録する' }).click();
    await office.locator('#f-items').fill(`${found.invoice} J-45\nnonsense`);
    await press(office, '記録する');
    expect(await text(office)).toContain('2行目');
    await office.locator('#f-items').fill(`${found.invoice} J-45`);
    await press(office, '記録する');
    expect(await text(office)).toContain('受領を記録しました');
    expect(await go(office, `/invoices/${found.invoice}`)).toContain('J-45');

    await office.goto(`${portal}/settings/exports/yayoi`);
    await office.locator('#f-yayoi-receivable-subAccount').fill('SmartKey');
    await office.locator('#f-reason').fill('補助科目を分ける');
    await press(office, '設定する');
    expect(await text(office)).toContain('書き出しの設定を変更しました');
    expect(
      await office
        .goto(`${portal}/settings/exports/yayoi`)
        .then(() => office.locator('#f-yayoi-receivable-subAccount').inputValue()),
    ).toBe('SmartKey');
  });

  it('the issuer keeps its bank account when something else is changed; what was left empty in a profile is said no more', async () => {
    const setIssuer = async (fields: Readonly<Record<string, string>>): Promise<string> => {
      await office.goto(`${portal}/settings/issuer`);
      for (const [name, value] of Object.entries(fields)) await office.locator(`#f-${name}`).fill(value);
      await office.locator('#f-bankAccount-type').selectOption({ label: '普通' });
      await press(office, '設定する');
      return text(office);
    };
    const account = { bank: '見本銀行', branch: '本店', number: '1234567', holder: 'カ）ミホン' };
    const fields = Object.entries(account).map(([name, value]) => [`bankAccount-${name}`, value] as const);
    expect(await setIssuer({ ...Object.fromEntries(fields), reason: '振込先の追加' })).toContain(
      '見本銀行 本店 普通 1234567',
    );
    expect(await setIssuer({ phone: '03-0000-0000', reason: '電話番号の追加' })).toContain(
      '見本銀行 本店 普通 1234567',
    );

    const setProfile = async (department: string, email: string): Promise<string> => {
      await office.goto(`${portal}/contracts/${contract}/billing-profile`);
      await office.locator('#f-billTo-department').fill(department);
      await office.locator('#f-email').fill(email);
      await press(office, '変更する');
      return text(office);
    };
    const filled = await setProfile('経理部', 'keiri@example.jp');
    expect([filled.includes('経理部'), filled.includes('keiri@example.jp')]).toEqual([true, true]);
    const emptied = await setProfile('', '');
    expect([emptied.includes('経理部'), emptied.includes('keiri@example.jp')]).toEqual([false, false]);
  });

  it('every screen stands the test of axe, light and dark, and none is wider than 320 px', async () => {
    const screens = operatorScreens({ contract, ...found } as Populated);
    const faults: string[] = [];
    await office.emulateMedia({ colorScheme: 'dark' });
    await office.setViewportSize({ width: 320, height: 700 });
    for (const screen of screens) {
      const status = (await office.goto(portal + screen))?.status();
      // A page of an error is one that axe likes, too.
      if (status !== (screen === '/nowhere' ? 404 : 200)) faults.push(`${screen}: ${status}`);
      faults.push(...(await accessFaults(office)).map((fault) => `${screen}: ${fault}`));
      await office.emulateMedia({ colorScheme: 'light' });
      faults.push(...(await accessFaults(office, 'colours')).map((fault) => `${screen}, light: ${fault}`));
      await office.emulateMedia({ colorScheme: 'dark' });
      const wide = await office.evaluate(() => {
        const { documentElement: page } = (
          globalThis as unknown as {
            document: { documentElement: { scrollWidth: number; clientWidth: number } };
          }
        ).document;
        return page.scrollWidth - page.clientWidth;
      });
      if (wide > 0) faults.push(`${screen}: ${wide} px too wide`);
    }
    await office.emulateMedia({ colorScheme: 'light' });
    await office.setViewportSize({ width: 1280, height: 900 });
    for (const screen of [
      `/contracts/${contract}`,
      `/invoices/${found.invoice}`,
      '/components',
      '/contracts/new',
    ]) {
      await office.goto(portal + screen);
      faults.push(...(await accessFaults(office)).map((fault) => `${screen}, light: ${fault}`));
    }
    expect(faults).toEqual([]);
  });

  it('without script, and by keyboard alone, an ID is registered', async () => {
    const plain = await newPage({ javaScriptEnabled: false });
    await plain.context().addCookies(await customer.context().cookies());
    await plain.goto(`${portal}/contracts/${contract}/ids/new`);
    await plain.keyboard.press('Tab');
    expect(await plain.locator(':focus').innerText()).toBe('本文へ移動');
    await plain.locator('#f-externalId').focus();
    await plain.keyboard.type('without-script@example.jp');
    await plain.keyboard.press('Enter');
    await plain.waitForURL(/done=registered/);
    expect(await text(plain)).toContain('IDを登録しました');
  });

  it('what comes from elsewhere, from another contract or after the sign-out is refused', async () => {
    const cookie = await cookiesOf(customer);
    const send = (headers: Record<string, string>, body = 'to=en') =>
      fetch(`${portal}/contracts/${contract}/ids/new`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body,
      });
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-origin' },
    ])
      expect((await send(headers as Record<string, string>)).status).toBe(403);
    expect(await go(customer, `/contracts/${found.applied}`)).toContain('権限がありません');
    expect(await go(customer, '/runs')).toContain('権限がありません');
    const read = () => fetch(`${portal}/contracts/${contract}`, { redirect: 'manual', headers: { cookie } });
    const page = await read();
    expect([page.status, page.headers.get('cache-control'), page.headers.get('x-frame-options')]).toEqual([
      200,
      'no-store',
      'DENY',
    ]);
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    await customer.goto(portal);
    await press(customer, 'ログアウト');
    expect((await read()).status).toBe(303);
    // And comes again by the passkey.
    await customer.goto(`${portal}/sign-in`);
    await press(customer, 'パスキーでログイン');
    await customer.getByText('今月利用したID').waitFor();
  });
});
