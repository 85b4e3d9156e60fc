import type { AccountId, ContractId } from '@smartkey/kernel';
import { withPage, type PreparedMail } from '@smartkey/mail';
import { QueuedMails } from '../mails/queued-mails.ts';

/** To whom a mail goes, and which contract may see that it went. */
export interface UserRecipient {
  readonly email: string;
  readonly contract: ContractId;
  /** Whose mail it is: it goes with that ID's personal data. Missing where it goes to who looks after the ID. */
  readonly account?: AccountId;
}

const DAY = 24 * 3_600_000;
/** For so long a link to the own page is good. */
export const OWN_PAGE_MILLIS = 15 * 60_000;
/** For so long a user may say that a new device is not theirs. */
export const REPORT_MILLIS = 7 * DAY;

/** Mails to users, each in Japanese and English. They name no ID: a mail box may be others' too. */
export class UserMails extends QueuedMails {
  /** Where a token is opened: by a page that works without a script, so the token stands in the query, which no log and no trace has. */
  linkOf(token: string): string {
    return `${this.publicUrl.origin}/portal/link?token=${token}`;
  }

  enrolment(
    identity: readonly string[],
    to: UserRecipient,
    token: string,
    usefulMillis: number,
  ): Promise<PreparedMail> {
    const hours = Math.max(1, Math.round(usefulMillis / 3_600_000));
    return this.#prepare('enrolment-link', identity, to, usefulMillis, {
      subject: 'SmartKey：スマートフォンの登録 / SmartKey: register your phone',
      text: `SmartKey のスマートフォン登録のご案内です。次のリンクを${hours}時間以内に、登録するスマートフォンかパソコンで開き、「続ける」を押してください。
リンクは一度だけ使えます。リンクを他の人に転送しないでください。

${this.linkOf(token)}

心当たりがない場合は、リンクを開かず、管理者に連絡してください。

--
Open the link above within ${hours} hours and continue there to register your phone with SmartKey; it works once. Do not forward it.
If you do not expect this, do not open it, and tell your administrator.
`,
    });
  }

  ownPage(identity: readonly string[], to: UserRecipient, token: string): Promise<PreparedMail> {
    return this.#prepare('own-page', identity, to, OWN_PAGE_MILLIS, {
      subject: 'SmartKey：ご自分のページへのリンク / SmartKey: the link to your page',
      text: `SmartKey のご自分のページへのリンクです。15分以内に開き、「続ける」を押してください。リンクは一度だけ使えます。
次に、登録済みの端末のコードか回復コードが必要です。

${this.linkOf(token)}

心当たりがない場合は、このメールを破棄してください。

--
The link above leads to your page at SmartKey, within 15 minutes and once. You will be asked for a code of your phone or a recovery code.
If you did not ask for it, ignore this mail.
`,
    });
  }

  /** There is a new device (NIST SP 800-63B-4, 4.1.2); whoever does not know it says so by the link. */
  newDevice(identity: readonly string[], to: UserRecipient, token: string): Promise<PreparedMail> {
    return this.#prepare('new-device', identity, to, REPORT_MILLIS, {
      subject: 'SmartKey：新しい端末が登録されました / SmartKey: a new device was registered',
      text: `SmartKey に新しい端末が登録されました。ご自分で登録した場合は、何もする必要はありません。

心当たりがない場合は、7日以内に次のリンクを開き、「心当たりがない」を押してください。その端末を停止し、管理者に知らせます。

${this.linkOf(token)}

登録済みの端末を確かめるときや、スマートフォンを替えるときは、ご自分のページへのリンクをこちらで依頼してください。

${this.publicUrl.origin}/portal/own-page/${to.contract}

--
A new device was registered with SmartKey. If that was you, there is nothing to do. If not, open the link above within seven days and
say so: the device is suspended, and your administrators are told.
`,
    });
  }

  /** To the user: the report has come in. */
  reported(identity: readonly string[], to: UserRecipient): Promise<PreparedMail> {
    return this.#prepare('device-reported', identity, to, REPORT_MILLIS, {
      subject: 'SmartKey：端末を停止しました / SmartKey: the device was suspended',
      text: `「心当たりがない」とのお届けを受け付け、その端末を停止しました。管理者が確認するまで、新しい端末は登録できません。

--
Your report has come in, and the device is suspended. No device can be registered until an administrator has looked into it.
`,
    });
  }

  /** To who looks after the ID. */
  reportedToManager(identity: readonly string[], to: UserRecipient, url: string): Promise<PreparedMail> {
    return this.#prepare('device-reported-to-manager', identity, to, REPORT_MILLIS, {
      subject: 'SmartKey 管理サービス：心当たりのない端末の届け出 / A user does not know a device',
      text: `利用者から、登録された端末に心当たりがないと届け出がありました。端末は停止され、このIDでは新しい端末を登録できません。
確認のうえ、IDの画面で解除してください。

${this.publicUrl.origin}${url}

--
A user does not know a device that was registered. It is suspended, and nothing is registered for the ID until you have looked into it:
open the page of the ID, and lift the stop there.
`,
    });
  }

  #prepare(
    kind: string,
    identity: readonly string[],
    { email, contract, account }: UserRecipient,
    usefulMillis: number,
    { subject, text }: { readonly subject: string; readonly text: string },
  ): Promise<PreparedMail> {
    return this.outbox.prepare({
      identity: [kind, ...identity],
      kind,
      contract,
      ...(account !== undefined && { reference: account }),
      mail: { to: email, ...withPage({ subject, text }) },
      usefulMillis,
    });
  }
}
