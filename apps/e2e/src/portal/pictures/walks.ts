import { Phone } from '@smartkey/api-client';
import { Steps } from '@smartkey/testing/end-to-end';
import type { Page } from 'playwright-core';
import { MailBox } from '../../end-users/mail-box.ts';
import type { LivedIn } from '../lived-in.ts';
import type { PortalSystem } from '../portal-system.ts';

/** Takes a picture of what a page shows now. */
export type Shoot = (page: Page, name: string) => Promise<void>;

const press = (page: Page, label: string): Promise<void> =>
  page.getByRole('button', { name: label, exact: true }).click();

/** What forms lead to, as an operator sees it: what is asked once more, what is shown once, and what is wrong. */
export async function officeWalks(page: Page, portal: string, world: LivedIn, shoot: Shoot): Promise<void> {
  const at = `${portal}/contracts/${world.contract}`;
  await page.goto(`${portal}/contracts/new`);
  await page.locator('main form button[type="submit"]').first().click();
  await shoot(page, 'contracts_new-faults');
  await page.goto(`${at}/cancellation`);
  await page.locator('main form button[type="submit"]').first().click();
  await shoot(page, 'cancellation-next');
  await page.goto(`${at}/ids/${world.account}/deregistration`);
  await press(page, '確認へ進む');
  await shoot(page, 'deregistration-confirm');
  await page.goto(`${at}/ids/${world.account}/enrolment`);
  await press(page, 'QRコードを表示する');
  await shoot(page, 'enrolment-qr');
  await page.getByLabel('アプリに表示されたコード').fill('000000');
  await press(page, '登録を完了する');
  await shoot(page, 'enrolment-wrong');
  await page.goto(`${at}/ids/${world.account}/links/identity-seen`);
  await page.getByLabel('本人確認の方法').fill('社員証を対面で確認した');
  await press(page, '番号付きで発行する');
  await shoot(page, 'link-issued');
  await page.goto(`${at}/ids/${world.account}`);
  await shoot(page, 'id-with-links');
  await page.goto(`${at}/keys/new`);
  await page.getByLabel('名前').fill('会計サーバー');
  await page.locator('main form button[type="submit"]').first().click();
  await shoot(page, 'keys_new-next');
  await page.goto(`${at}/people/new`);
  await page.locator('main form button[type="submit"]').first().click();
  await shoot(page, 'people_new-faults');
  await page.goto(`${at}/imports/new`);
  await page.locator('input[type="file"]').setInputFiles({
    name: 'ids.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      'externalId,displayName,action\nnew-1,新人 一郎,register\nuser-1,,suspend\nnobody,,deregister\n',
    ),
  });
  await page.locator('main form button[type="submit"]').first().click();
  await shoot(page, 'imports_new-next');
}

/** The pages of a user, from the link on. */
export async function userWalk(
  system: PortalSystem,
  { contract }: LivedIn,
  newPage: () => Promise<Page>,
  shoot: Shoot,
): Promise<void> {
  const { operator, portal } = system;
  const steps = new Steps(operator);
  const mails = new MailBox(system.system.dataFolder);
  // One for each look: mails are told apart by their address.
  const mail = `taro.${Date.now()}@example.jp`;
  const account = await steps.register(contract, mail);
  const links = `/contracts/${contract}/ids/${account}/enrolment-links`;
  const openedAs = async (url: string): Promise<Page> => {
    const page = await newPage();
    await page.goto(url);
    return page;
  };
  await operator.post(links, { email: mail });
  const read = new Set<string>();
  const user = await openedAs(
    `${portal}/link?token=${await mails.tokenFor(mail, 'スマートフォン登録', read)}`,
  );
  await shoot(user, 'link');
  await press(user, '続ける');
  await shoot(user, 'self-before');
  await press(user, 'QRコードを表示する');
  await user.locator('summary').click();
  await shoot(user, 'self-qr');
  const key = await user.locator('code.secret').innerText();
  const phone = new Phone(`otpauth://totp/x?secret=${key}&algorithm=SHA1&digits=6&period=30`);
  await user.getByLabel('アプリに表示されたコード').fill(phone.wrongCodeAt(await steps.now()));
  await press(user, '登録を完了する');
  await shoot(user, 'self-wrong');
  await user.getByLabel('アプリに表示されたコード').fill(phone.codeAt(await steps.now()));
  await press(user, '登録を完了する');
  await shoot(user, 'self-done');
  await press(user, '回復コードを発行する');
  await shoot(user, 'self-codes');
  const again = await operator.post<{ url: string; number: string }>(links, { identitySeen: '社員証' });
  const proof = await openedAs(again.url);
  await press(proof, '続ける');
  await shoot(proof, 'self-proof');
  const report = await openedAs(
    `${portal}/link?token=${await mails.tokenFor(mail, '新しい端末が登録されました', read)}`,
  );
  await press(report, '続ける');
  await shoot(report, 'report');
  await press(report, '心当たりがない');
  await shoot(report, 'report-done');
  await shoot(await openedAs(`${portal}/own-page/${contract}`), 'own-page');
  await shoot(await openedAs(`${portal}/link?token=${'x'.repeat(43)}`), 'link-unknown');
}
