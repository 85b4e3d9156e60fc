import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '@smartkey/api-client';
import { OPERATOR_KEY, perUnitQuote, Steps, System } from '@smartkey/testing/end-to-end';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { MailBox } from '../end-users/mail-box.ts';
import { accessFaults, IN_JAPAN, introduce, openChromium, signIn, withPasskeyDevice } from './chromium.ts';

const run = promisify(execFile);
const MAIL = 'hanako@example.jp';
/** A narrow phone, as a user without scripts has it. */
const NARROW: BrowserContextOptions = { viewport: { width: 320, height: 640 }, javaScriptEnabled: false };

/** Users by their links, in a real browser; each step stands on those before it. */
describe('the pages of a user, in a real browser', () => {
  let system: System;
  let steps: Steps;
  let administrator: ApiClient;
  let browser: Browser;
  let portal: string;
  let office: Page;
  let contract: string;
  let account: string;
  let mails: MailBox;
  let secret: string;
  let codes: readonly string[];
  let minute = 0;
  const read = new Set<string>();
  const referers: string[] = [];

  beforeAll(async () => {
    system = await System.start({ SMARTKEY_CLOCK_START: '2026-11-25T01:00:00Z' });
    portal = `${system.url.replace('127.0.0.1', 'localhost')}/portal`;
    steps = new Steps(system.operator);
    contract = await steps.accepted('service-provider', '2026-11-25', perUnitQuote('2026-11'));
    administrator = await steps.client(contract, 'contractor');
    account = await steps.register(contract, 'hanako');
    mails = new MailBox(system.dataFolder);
    browser = await openChromium();
    office = await newPage();
    await withPasskeyDevice(office);
    await signIn(office, portal, OPERATOR_KEY);
    await introduce(office, portal, '運用 太郎', 'taro@operator.example');
    // Whoever of the operator's side opens a contract's IDs says why, once.
    await office.goto(`${portal}/contracts/${contract}/ids`);
    await office.getByLabel('理由').fill('利用者からの問い合わせ');
    await press(office, '理由を記録して開く');
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await system?.dispose();
  });

  async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ ...IN_JAPAN, ...options });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    page.on('request', (request) => referers.push(request.headers()['referer'] ?? ''));
    return page;
  }
  const text = (page: Page): Promise<string> => page.locator('main').innerText();
  const press = (page: Page, label: string): Promise<void> =>
    page.getByRole('button', { name: label, exact: true }).click();
  const fitsNarrow = (page: Page): Promise<boolean> =>
    page.locator('html').evaluate((html) => html.scrollWidth <= html.clientWidth);
  const totp = async (key: string): Promise<string> => {
    const now = (await steps.now()).replace('T', ' ').replace(/\.\d+/, '').replace('Z', ' UTC');
    return (await run('oathtool', ['--totp', '--base32', `--now=${now}`, key])).stdout.trim();
  };
  /** Business time goes on: each code counts once. */
  const later = async (): Promise<void> => {
    minute += 1;
    await steps.setClock(`2026-11-25T01:${String(minute).padStart(2, '0')}:00Z`);
  };
  const signsIn = async (key: string): Promise<string> =>
    (
      await administrator.post<{ result: string }>('/authentications', {
        externalId: 'hanako',
        code: await totp(key),
        clientAddress: '203.0.113.7',
        clientRef: 'shop:42',
      })
    ).result;
  /** From the QR code's page to the first code. */
  const scanned = async (page: Page): Promise<string> => {
    expect(await page.locator('.qr img').getAttribute('src')).toContain('data:image/svg+xml;base64,');
    await page.locator('summary').click();
    const key = await page.locator('code.secret').innerText();
    expect(await fitsNarrow(page)).toBe(true);
    await page.getByLabel('アプリに表示されたコード').fill(await totp(key));
    await press(page, '登録を完了する');
    expect(await text(page)).toContain('スマートフォンを登録しました');
    return key;
  };
  const openedBy = async (saying: string): Promise<Page> => {
    const token = await mails.tokenFor(MAIL, saying, read);
    const page = await newPage(NARROW);
    await page.goto(`${portal}/link?token=${token}`);
    expect(await fitsNarrow(page)).toBe(true);
    await press(page, '続ける');
    expect(page.url()).not.toContain(token);
    return page;
  };

  it('the administrator issues a link, and never sees a secret; the user opens it on a narrow phone and signs in', async () => {
    await office.goto(`${portal}/contracts/${contract}/ids/${account}`);
    await office.getByRole('link', { name: 'リンクを発行する' }).click();
    expect(await accessFaults(office)).toEqual([]);
    await office.getByLabel('利用者のメールアドレス').fill(MAIL);
    await press(office, 'リンクを発行する');
    expect(await text(office)).toContain('リンクを利用者にメールで送りました。');
    expect(await office.content()).not.toContain('token=');

    const user = await openedBy('スマートフォン登録');
    expect(await text(user)).toContain('あと3回表示できます');
    await press(user, 'QRコードを表示する');
    secret = await scanned(user);
    await press(user, '回復コードを発行する');
    codes = await user.locator('.plain-list code').allInnerTexts();
    expect(codes).toHaveLength(10);
    await later();
    expect(await signsIn(secret)).toBe('success');

    await office.goto(`${portal}/contracts/${contract}/ids/${account}`);
    expect(await text(office)).toContain('登録済み');
    expect(await accessFaults(office)).toEqual([]);
    await mails.tokenFor(MAIL, '新しい端末が登録されました', read);
  });

  it('a link that was used, or never was, says so and leads nowhere', async () => {
    const [used] = read;
    const other = await newPage(NARROW);
    for (const token of [used!, 'x'.repeat(43)]) {
      await other.goto(`${portal}/link?token=${token}`);
      await press(other, '続ける');
      expect(await text(other)).toContain('管理者に新しいリンクを依頼してください。');
      // The home page is that of people who sign in.
      expect(await text(other)).not.toContain('ホームへ');
    }
    const answer = await other.goto(`${portal}/self`);
    expect(answer!.status()).toBe(410);
  });

  it('without an address the page says that whoever issued the link could open it; it is revoked', async () => {
    const jiro = await steps.register(contract, 'jiro');
    await office.goto(`${portal}/contracts/${contract}/ids/${jiro}/links/new`);
    await press(office, 'リンクを発行する');
    expect(await text(office)).toContain('発行した人も開けることが記録されています。');
    await office.goto(`${portal}/contracts/${contract}/ids/${jiro}`);
    expect(await text(office)).toContain('画面に表示（発行した人も開けました）');
    await press(office, '取り消す');
    expect(await text(office)).toContain('リンクを取り消しました');
  });

  it('the own page is asked for by ID, opens by a code, and a new phone takes the place of the old', async () => {
    const asking = await newPage(NARROW);
    await asking.goto(`${portal}/own-page/${contract}`);
    await asking.getByLabel('ID').fill('ｈａｎａｋｏ');
    await press(asking, 'リンクを送る');
    expect(await text(asking)).toContain('受け付けました');
    const user = await openedBy('ご自分のページへのリンクです');
    // Whoever has the mail box alone sees nothing.
    expect(await text(user)).not.toContain('hanako');
    await user.getByLabel('登録済みの端末に表示されたコード').fill('000000');
    await user.locator('form:has(input[name="code"]) button').click();
    expect(await text(user)).toContain('コードが正しくないか、すでに使われています。');
    await later();
    await user.getByLabel('登録済みの端末に表示されたコード').fill(await totp(secret));
    await user.locator('form:has(input[name="code"]) button').click();
    expect(await text(user)).toContain('hanako');
    expect(await fitsNarrow(user)).toBe(true);
    await press(user, '新しいスマートフォンに替える');
    const fresh = await scanned(user);
    await later();
    expect(await signsIn(secret)).toBe('denied');
    expect(await signsIn(fresh)).toBe('success');
    secret = fresh;
  });

  it('a recovery code opens it where the phone is lost', async () => {
    const asking = await newPage(NARROW);
    await asking.goto(`${portal}/own-page/${contract}`);
    await asking.getByLabel('ID').fill('hanako');
    await press(asking, 'リンクを送る');
    const user = await openedBy('ご自分のページへのリンクです');
    await user.getByLabel('回復コード').fill(codes[3]!);
    await user.locator('form:has(input[name="recoveryCode"]) button').click();
    expect(await text(user)).toContain('未使用：9個');
  });

  it('「心当たりがない」 stops the device and every enrolment, shows nothing, and an administrator lifts it', async () => {
    const user = await openedBy('新しい端末が登録されました');
    expect(await text(user)).not.toContain('hanako');
    await press(user, '心当たりがない');
    expect(await text(user)).toContain('届け出を受け付け、端末を停止しました');
    await later();
    expect(await signsIn(secret)).toBe('denied');
    await office.goto(`${portal}/contracts/${contract}/ids/${account}`);
    expect(await text(office)).toContain('端末の登録を止めています');
    expect(await accessFaults(office)).toEqual([]);
    await office.getByRole('link', { name: '確認して解除する' }).click();
    await press(office, '停止を解除する');
    expect(await text(office)).toContain('「確認した内容」を入力してください。');
    await office.getByLabel('確認した内容').fill('本人に電話で確認した');
    await press(office, '停止を解除する');
    expect(await text(office)).toContain('端末登録の停止を解除しました');
    await press(office, '再開する');
    await later();
    expect(await signsIn(secret)).toBe('success');
  });

  it('who has neither phone nor code shows a number that the administrator, having seen who asks, told by another way', async () => {
    const at = `${portal}/contracts/${contract}/ids/${account}`;
    await office.goto(`${at}/links/new`);
    await office.getByRole('link', { name: '番号付きのリンクを発行してください' }).click();
    if (office.url().includes('/step-up')) await press(office, 'パスキーで確認する');
    await office.waitForURL(`${at}/links/identity-seen`);
    expect(await accessFaults(office)).toEqual([]);
    await press(office, '番号付きで発行する');
    expect(await text(office)).toContain('「本人確認の方法」を入力してください。');
    await office.getByLabel('本人確認の方法').fill('社員証を対面で確認した');
    await office.getByLabel('利用者のメールアドレス').fill(MAIL);
    await press(office, '番号付きで発行する');
    const number = await office.locator('#number').innerText();
    expect(number).toMatch(/^\d{8}$/);
    expect(await office.content()).not.toContain('token=');

    const user = await openedBy('スマートフォン登録');
    const wrong = number === '00000000' ? '00000001' : '00000000';
    await user.getByLabel('管理者から聞いた8桁の番号').fill(wrong);
    await user.locator('form:has(input[name="number"]) button').click();
    expect(await text(user)).toContain('コードが正しくないか、すでに使われています。');
    // As people type what they heard.
    await user.getByLabel('管理者から聞いた8桁の番号').fill(`${number.slice(0, 4)} ${number.slice(4)}`);
    await user.locator('form:has(input[name="number"]) button').click();
    expect(await text(user)).toContain('hanako');
    await user.getByLabel('端末の名前').fill('新しい電話');
    await press(user, 'QRコードを表示する');
    const added = await scanned(user);
    await later();
    expect(await signsIn(added)).toBe('success');
    await office.goto(at);
    expect(await text(office)).toContain('登録済み');
    expect(await text(office)).toContain('新しい電話');
  });

  it('the administrator sees who signed in and who tried, by result and address, and takes it along', async () => {
    const at = `${portal}/contracts/${contract}/authentications`;
    await office.goto(at);
    expect(await accessFaults(office)).toEqual([]);
    const rows = office.locator('tbody tr');
    expect(await rows.first().innerText()).toContain('成功');
    expect(await rows.first().innerText()).toContain('shop:42');
    await office.getByLabel('結果').selectOption('denied');
    await office.getByLabel(/^接続元/).fill('２０３．０．１１３．０/24');
    await press(office, '検索する');
    const denied = await rows.allInnerTexts();
    expect(denied.length).toBeGreaterThan(0);
    expect(denied.every((row) => row.includes('失敗') && row.includes('203.0.113.7'))).toBe(true);
    const [file] = await Promise.all([
      office.waitForEvent('download'),
      office.getByRole('link', { name: 'CSVをダウンロードする' }).click(),
    ]);
    const csv = await readFile(await file.path(), 'utf8');
    expect(csv.trim().split('\r\n')).toHaveLength(denied.length + 1);
    expect(csv).toContain('hanako');
    await office.goto(`${at}?address=198.51.100.0%2F24`);
    expect(await text(office)).toContain('条件に合う認証はありません。');
    await office.goto(`${at}?address=nowhere`);
    expect(await text(office)).toContain('検索条件を確かめてください。');
    expect(await accessFaults(office)).toEqual([]);
    await office.goto(`${portal}/contracts/${contract}/ids/${account}/authentications`);
    expect(await rows.first().innerText()).toContain('203.0.113.7');
    expect(await accessFaults(office)).toEqual([]);
  });

  it('the pages are accessible, in English too, and no Referer ever had a token', async () => {
    await administrator.post(`/contracts/${contract}/ids/${account}/enrolment-links`, { email: MAIL });
    const token = await mails.tokenFor(MAIL, 'スマートフォン登録', read);
    const page = await newPage({ viewport: { width: 320, height: 640 }, locale: 'en' });
    await page.goto(`${portal}/link?token=${token}`);
    expect(await accessFaults(page)).toEqual([]);
    await press(page, 'Continue');
    expect(await text(page)).toContain('Show that it is you');
    expect(await accessFaults(page)).toEqual([]);
    await page.locator('input[name="recoveryCode"]').fill(codes[4]!);
    await page.locator('form:has(input[name="recoveryCode"]) button').click();
    expect(await text(page)).toContain('hanako');
    expect(await accessFaults(page)).toEqual([]);
    await press(page, 'Show the QR code');
    expect(await accessFaults(page)).toEqual([]);
    await page.locator('summary').click();
    const key = await page.locator('code.secret').innerText();
    await page.locator('input[name="code"]').fill(await totp(key));
    await page.locator('form:has(input[name="code"]) button').click();
    await press(page, 'Make recovery codes');
    expect(await accessFaults(page)).toEqual([]);
    await page.goto(`${portal}/own-page/${contract}`);
    expect(await accessFaults(page)).toEqual([]);
    expect(referers.length).toBeGreaterThan(20);
    expect(referers.filter((referer) => referer.includes('token='))).toEqual([]);
  });
});
