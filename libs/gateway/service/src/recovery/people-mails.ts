import type { ContractId } from '@smartkey/kernel';
import type { Sql } from '@smartkey/database';
import type { MailOutbox, MailWorker, PreparedMail } from '@smartkey/mail';
import type { PublicUrl } from '../settings/public-url.ts';

/** To whom a mail goes. */
export interface Recipient {
  readonly name: string;
  readonly email: string;
  readonly contract?: ContractId | undefined;
}

const DAY = 24 * 3_600_000;

/** Mails to people about their ways in, each in Japanese and English. A link stands in none but those that are made of it. */
export class PeopleMails {
  constructor(
    private readonly outbox: Pick<MailOutbox, 'prepare' | 'queue'>,
    private readonly worker: Pick<MailWorker, 'wake'>,
    private readonly publicUrl: PublicUrl,
    /** Mails go to people by a server, and do not only lie in a folder of it. */
    readonly bySmtp: boolean,
  ) {}

  /** Where the link of a token is opened. */
  linkOf(kind: 'invitation' | 'recovery', token: string): string {
    return `${this.publicUrl.origin}/portal/${kind}?token=${token}`;
  }

  /** Beforehand: sealing asks the database. @param identity what the mail is the only one of. */
  invitation(identity: readonly string[], to: Recipient, token: string): Promise<PreparedMail> {
    const url = this.linkOf('invitation', token);
    return this.#prepare('invitation', identity, to, DAY, {
      subject: 'SmartKey 管理サービスへの招待 / Invitation to the SmartKey management service',
      text: `${to.name} 様

SmartKey 管理サービスに招待されました。次のリンクを24時間以内に開き、「続ける」を押してください。リンクは一度だけ使えます。

${url}

心当たりがない場合は、このメールを破棄してください。

--
You have been invited to the SmartKey management service. Open the link above within 24 hours and continue there; it works once.
If you do not expect this, ignore this mail.
`,
    });
  }

  recovery(identity: readonly string[], to: Recipient, token: string): Promise<PreparedMail> {
    const url = this.linkOf('recovery', token);
    return this.#prepare('recovery', identity, to, DAY, {
      subject:
        'SmartKey 管理サービス：ログイン方法の再設定 / Getting back into the SmartKey management service',
      text: `${to.name} 様

ログイン方法の再設定が依頼されました。次のリンクを24時間以内に開き、「続ける」を押してください。リンクは一度だけ使えます。
再設定すると、これまでのパスキー・外部ID・ログイン中のセッションはすべて無効になります。

${url}

心当たりがない場合は、リンクを開かず、管理者に連絡してください。

--
Somebody asked to get you back in. Open the link above within 24 hours and continue there; it works once. All former passkeys, accounts
and sessions end then. If you do not expect this, do not open it, and tell your administrator.
`,
    });
  }

  /** To those who manage the others: somebody came back. */
  recovered(identity: readonly string[], to: Recipient, who: string): Promise<PreparedMail> {
    return this.#prepare('recovered', identity, to, 7 * DAY, {
      subject: 'SmartKey 管理サービス：ログイン方法が再設定されました / Somebody got back in',
      text: `${to.name} 様

${who} さんのログイン方法が再設定されました。これまでのパスキーとセッションは無効になっています。
心当たりがない場合は、この担当者を停止してください。

--
The ways in of ${who} were set anew; the former ones have ended. If you do not expect this, suspend that person.
`,
    });
  }

  /** To the person: there is one more way in (NIST SP 800-63B-4, 4.1.2). */
  newWayIn(identity: readonly string[], to: Recipient, what: string): Promise<PreparedMail> {
    return this.#prepare('new-way-in', identity, to, 7 * DAY, {
      subject: 'SmartKey 管理サービス：ログイン方法が追加されました / A new way in was added',
      text: `${to.name} 様

ログイン方法「${what}」が追加されました。心当たりがない場合は、すぐに管理者に連絡してください。

--
A new way to sign in was added: ${what}. If that was not you, tell your administrator at once.
`,
    });
  }

  /** Together with what it tells of. */
  async queue(tx: Sql, mail: PreparedMail): Promise<void> {
    await this.outbox.queue(tx, mail);
  }

  /** What was queued is committed. */
  wake(): void {
    this.worker.wake();
  }

  #prepare(
    kind: string,
    identity: readonly string[],
    { email, contract }: Recipient,
    usefulMillis: number,
    { subject, text }: { readonly subject: string; readonly text: string },
  ): Promise<PreparedMail> {
    return this.outbox.prepare({
      identity: [kind, ...identity],
      kind,
      ...(contract !== undefined && { contract }),
      mail: { to: email, subject, text },
      usefulMillis,
    });
  }
}
