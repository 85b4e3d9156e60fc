import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATOR_KEY, Steps } from '@smartkey/testing/end-to-end';
import type { Browser } from 'playwright-core';
import { openChromium } from './chromium.ts';
import { Hands, KEYBOARD, NARROW, together, TWICE_AS_LARGE, type Way, WITHOUT_SCRIPT } from './hands.ts';
import { inMails } from './mailed-links.ts';
import { PortalSystem } from './portal-system.ts';

/** Who goes which way. */
interface Ways {
  readonly office: Way;
  readonly customer: Way;
  readonly auditor: Way;
}

const everybody = (way: Way): Ways => ({ office: way, customer: way, auditor: way });

/** In short all ways at once, one to each; `PORTAL_WAYS=each` walks each way by itself. */
const WAYS: Readonly<Record<string, Ways>> =
  process.env['PORTAL_WAYS'] === 'each'
    ? {
        'by keyboard alone': everybody(KEYBOARD),
        'without script': everybody(WITHOUT_SCRIPT),
        'at 320 px': everybody(NARROW),
        'at 200 %': everybody(TWICE_AS_LARGE),
      }
    : {
        'by keyboard, without script, at 320 px and at 200 %': {
          office: together(KEYBOARD, NARROW),
          customer: together(WITHOUT_SCRIPT, TWICE_AS_LARGE),
          auditor: together(KEYBOARD, WITHOUT_SCRIPT, NARROW),
        },
      };

const FAULTY = ['user1@example.jp,,explode', ',名なし,register', 'nobody@example.jp,,deregister'];
const GOOD = Array.from({ length: 9_997 }, (_, n) => `user${n}@example.jp,利用者${n},register`);
const CSV = {
  name: 'ids.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(['externalId,displayName,action', ...GOOD, ...FAULTY].join('\n')),
};

describe.each(Object.entries(WAYS))('from the application to the accounting file, %s', (_name, ways) => {
  let portal: PortalSystem;
  let browser: Browser;
  let office: Hands;
  let customer: Hands;
  let auditor: Hands;
  let at: string;
  let invoice: string;

  beforeAll(async () => {
    portal = await PortalSystem.start();
    browser = await openChromium();
    office = await Hands.of(browser, portal, ways.office, 'taro');
    customer = await Hands.of(browser, portal, ways.customer, 'hanako');
    auditor = await Hands.of(browser, portal, ways.auditor, 'kansa');
  });
  afterAll(async () => {
    await browser?.close();
    await portal?.dispose();
  });

  const move = (now: string): Promise<unknown> => portal.operator.put('/sandbox/clock', { now });
  /** Comes by an invitation, and binds an account to come again by. */
  async function accept(hands: Hands): Promise<void> {
    const link = await office.page.locator('#invitation-link').innerText();
    await hands.go(link);
    expect(await hands.press('続ける')).toContain('ログインの方法がまだありません');
    expect(await hands.atProvider('社内IDを結び付ける')).toContain('アカウントを結び付けました');
  }

  it('the first operator comes by the key, binds an account, and signs in by it', async () => {
    await office.go('/sign-in');
    await office.unfold('アクセスキー');
    await office.fill('アクセスキー', OPERATOR_KEY);
    await office.press('ログイン');
    await office.fill('お名前', '運用 太郎');
    await office.fill('メールアドレス', 'taro@operator.example');
    await office.press('登録して始める');
    expect(await office.atProvider('社内IDを結び付ける')).toContain('アカウントを結び付けました');
    await office.press('ログアウト');
    expect(await office.atProvider('社内IDでログイン')).toContain('対応待ち');
  }, 300_000);

  it('an auditor is invited, and binds an account while accepting', async () => {
    await office.go('/people/new');
    await office.fill('名前', '監査 次郎');
    await office.fill('メールアドレス', 'kansa@operator.example');
    await office.choose('監査');
    await office.press('招待する');
    await accept(auditor);
  }, 300_000);

  it('an application is entered, accepted and quoted', async () => {
    await office.go('/contracts/new');
    await office.fill('契約者名', '株式会社見本');
    await office.fill('IIJ IDサービスの契約番号', 'IIJID-0001');
    await office.choose('エンタープライズ');
    expect(await office.press('登録する')).toContain('申し込みを登録しました');
    at = new URL(office.page.url()).pathname.replace('/portal', '');
    await office.follow('承諾する');
    await office.fillDay('課金開始日', '2026-11-25');
    await office.press('確認へ進む');
    expect(await office.press('この内容で承諾する')).toContain('申し込みを承諾しました');
    await office.go(`${at}/quotes/new`);
    await office.fill('月額基本料', '10,000');
    await office.fill('アカウント使用料（1アカウント・1か月）', '300');
    await office.press('確認へ進む');
    expect(await office.press('この料金を提示する')).toContain('10,000円');
  }, 300_000);

  it('an administrator of the contract is invited, and binds an account while accepting', async () => {
    await office.go(`${at}/people/new`);
    await office.fill('名前', '見本 花子');
    await office.fill('メールアドレス', 'hanako@example.jp');
    for (const right of ['管理（契約・担当者・キー）', '閲覧', 'IDと端末', '請求'])
      await office.choose(right);
    await office.press('招待する');
    await accept(customer);
    expect(await customer.go('')).toContain('今月利用したID');
  }, 300_000);

  it('10,000 rows are tried, imported, and told row by row; the page goes on after a reload', async () => {
    for (const [mode, words] of [
      ['確認だけ（何も変更しない）', 'まだ何も変更していません'],
      ['取り込む', '取り込みが終わりました'],
    ] as const) {
      await customer.go(`${at}/imports/new`);
      await customer.upload('CSVファイル', CSV);
      await customer.choose(mode);
      await customer.press('ファイルを送信する');
      await customer.page.reload();
      expect(await customer.until(words)).toContain('3行にエラーがあります');
      expect(await customer.text()).toContain('9,997');
    }
    const rows = (await customer.file(`${customer.page.url()}/results.csv`)).toString().trim().split('\n');
    expect(rows).toHaveLength(10_001);
    expect(await customer.go(`${at}/ids?externalId=user9996@example.jp`)).toContain('利用者9996');
  }, 600_000);

  it('a change of plan and a cancellation are asked for, after showing anew who one is', async () => {
    await move('2026-11-26T10:00:00+09:00');
    await customer.go(`${at}/plan-change`);
    await customer.press('確認へ進む');
    expect(await customer.press('この内容で申し込む')).toContain('プラン変更のお申し込みを受け付けました');
    await customer.go(`${at}/cancellation`);
    expect(await customer.press('確認へ進む')).toContain('2026年12月26日（土）24時');
    expect(await customer.press('この内容で解約を申し込む')).toContain('解約のお申し込みを受け付けました');
  }, 300_000);

  it('the operator finds the change of plan under 対応待ち, quotes its prices, and accepts it', async () => {
    expect(await office.go('/todo')).toContain('2026年12月からサービスプロバイダー');
    await office.go(`${at}/quotes/new?plan=service-provider`);
    await office.fill('月額基本料', '5,000');
    await office.fill(/^単価/, '2');
    await office.press('確認へ進む');
    expect(await office.press('この料金を提示する')).toContain('5,000円');
    await office.go('/todo');
    await office.follow('内容を見る');
    await office.follow('承諾する');
    expect(await office.press('確認へ進む')).toContain('2026年12月1日0時からサービスプロバイダープラン');
    expect(await office.press('プラン変更を承諾する')).toContain('プラン変更を承諾しました');
  }, 300_000);

  it('a month is closed: the invoice, its evidence, its PDF', async () => {
    await move('2026-12-01T00:00:00+09:00');
    await office.go('/runs/new');
    await office.press('確認へ進む');
    await office.press('請求書を発行する');
    await office.until('請求書を見る');
    await office.follow('請求書を見る');
    await office.follow(/^SK-/);
    invoice = new URL(office.page.url()).pathname.split('/').at(-1)!;
    // 9,997 IDs for 6 of 30 days: 0.200 each.
    expect(await office.text()).toContain('599,820円');
    expect(await office.go(`/invoices/${invoice}/lines/2`)).toContain('IDの登録');
    const pdf = await office.file(`/portal/invoices/${invoice}/file.pdf`);
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  }, 300_000);

  it('a late fact is shown as what is owed, and billed with the next month', async () => {
    // Whoever opens the users of a contract that is not theirs says why, once.
    expect(await office.go(`${at}/ids`)).toContain('IDと認証履歴を開く理由');
    await office.fill('理由', '登録もれのご連絡');
    expect(await office.press('理由を記録して開く')).toContain('ID一覧');
    await office.go(`${at}/ids/new`);
    await office.fill('ID', 'late@example.jp');
    await office.fillDay('登録日（過去の日）', '2026-11-26');
    await office.fill('過去の日にする理由', '登録もれ');
    expect(await office.press('登録する')).toContain('IDを登録しました');
    // What it comes to is found out a moment later.
    await new Steps(portal.operator).until(
      () => portal.operator.get<{ items: object[] }>('/corrections'),
      ({ items }) => items.length > 0,
    );
    expect(await office.go('/corrections')).toContain(invoice);
    await move('2027-01-01T00:00:00+09:00');
    await office.go('/runs/new');
    await office.press('確認へ進む');
    await office.press('請求書を発行する');
    await office.until('請求書を見る');
    const { items } = await portal.operator.get<{ items: { number: string; month: string }[] }>('/invoices');
    const next = items.find(({ month }) => month === '2026-12')!;
    // 5 of 30 days: 0.166 of 300 yen.
    expect(await office.go(`/invoices/${next.number}`)).toContain(invoice);
    expect(await office.text()).toContain('49円');
    expect(await office.text()).toContain('サービスプロバイダ');
  }, 300_000);

  it('an accounting file is made, and its taking in is recorded', async () => {
    await office.go('/exports/new');
    await office.select('形式', '弥生');
    await office.press('ファイルを作成する');
    await office.until('CSVをダウンロードする');
    await office.follow('受領を記録する');
    await office.fill('会計システムでのファイルの番号', 'J-2026-12');
    expect(await office.press('記録する')).toContain('受領を記録しました');
  }, 300_000);

  it('the auditor sees what was true, and what was known', async () => {
    const contract = at.split('/').at(-1)!;
    const asked = async (asOf: string, knownAt: string): Promise<string> => {
      await auditor.go('/audit/as-of');
      await auditor.fill('契約番号', contract);
      await auditor.fill('その時点の事実', asOf);
      await auditor.fill('その時点で知られていたこと', knownAt);
      return auditor.press('表示する');
    };
    const last = '2026年12月26日';
    // Of the same day: nobody knew of the cancellation on the day before it came.
    expect(await asked('2026-12-27 12:00', '2026-11-25 12:00')).not.toContain(last);
    expect(await asked('2026-12-27 12:00', '')).toContain(last);
    expect(await asked('2026-11-25 12:00', '')).toContain('利用中');
    expect(await auditor.go('/audit')).toContain('記録した日時');
    expect(await auditor.press('記録を検証する')).toContain('すべての記録がつながっています');
  }, 300_000);

  it('who has lost every way in comes back by the saved code and the mailed link', async () => {
    await customer.go('/account/passkeys/recovery-code');
    await customer.press('回復コードを発行する');
    const code = await customer.page.locator('#recovery-code').innerText();
    const lost = await Hands.of(browser, portal, ways.customer, 'hanako-anew');
    await lost.go('/recovery-code');
    await lost.fill('メールアドレス', 'hanako@example.jp');
    await lost.fill('回復コード', code);
    expect(await lost.press('リンクを送る')).toContain('まもなくメールが届きます');
    const link = /http:[^\s"]+\/portal\/recovery\?token=[\w-]{43}/;
    const [mailed] = await new Steps(portal.operator).until(
      () => inMails(portal.system.dataFolder, link),
      (links) => links.length > 0,
    );
    await lost.go(mailed!);
    await lost.press('続ける');
    expect(await lost.page.locator('#recovery-code').innerText()).not.toBe(code);
    await lost.go('/account/passkeys');
    expect(await lost.atProvider('社内IDを結び付ける')).toContain('アカウントを結び付けました');
    // Whoever holds the former browser holds nothing.
    await customer.page.goto(`${portal.portal}/account`);
    expect(customer.page.url()).toContain('/sign-in');
    customer.faults.push(...lost.faults);
  }, 300_000);

  it('every page that was seen can be used in that way', () => {
    expect([...office.faults, ...customer.faults, ...auditor.faults]).toEqual([]);
  });
});
