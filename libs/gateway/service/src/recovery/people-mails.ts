import type { ContractId } from '@smartkey/kernel';
import {
  writtenLetter,
  type Letter,
  type MailOutbox,
  type MailWorker,
  type PreparedMail,
} from '@smartkey/mail';
import { QueuedMails } from '../mails/queued-mails.ts';
import type { PublicUrl } from '../settings/public-url.ts';

/** To whom a mail goes. */
export interface MailRecipient {
  readonly name: string;
  readonly email: string;
  readonly contract?: ContractId | undefined;
}

/** Where the links of each kind are opened. */
const PAGES = { invitation: 'invitation', recovery: 'recovery', address: 'account/address' } as const;

const DAY = 24 * 3_600_000;

/** Mails to people about their ways in, each in Japanese and English. A link stands in none but those that are made of it. */
export class PeopleMails extends QueuedMails {
  constructor(
    outbox: Pick<MailOutbox, 'prepare' | 'queue'>,
    worker: Pick<MailWorker, 'wake'>,
    publicUrl: PublicUrl,
    /** Mails go to people by a server, and do not only lie in a folder of it. */
    readonly bySmtp: boolean,
  ) {
    super(outbox, worker, publicUrl);
  }

  /** Where the link of a token is opened. */
  linkOf(kind: keyof typeof PAGES, token: string): string {
    return `${this.publicUrl.origin}/portal/${PAGES[kind]}?token=${token}`;
  }

  /** Beforehand: sealing asks the database. @param identity what the mail is the only one of. */
  invitation(identity: readonly string[], to: MailRecipient, token: string): Promise<PreparedMail> {
    return this.#prepare('invitation', identity, to, DAY, {
      ja: {
        subject: 'SmartKey 管理サービスへの招待',
        paragraphs: [
          'SmartKey 管理サービスに招待されました。次のリンクを24時間以内に開き、「続ける」を押してください。リンクは一度だけ使えます。',
          '心当たりがない場合は、このメールを破棄してください。',
        ],
      },
      en: {
        subject: 'Invitation to the SmartKey management service',
        paragraphs: [
          'You have been invited to the SmartKey management service. Open the link within 24 hours and continue there; it works once.',
          'If you do not expect this, ignore this mail.',
        ],
      },
      link: this.linkOf('invitation', token),
    });
  }

  recovery(identity: readonly string[], to: MailRecipient, token: string): Promise<PreparedMail> {
    return this.#prepare('recovery', identity, to, DAY, {
      ja: {
        subject: 'SmartKey 管理サービス：ログイン方法の再設定',
        paragraphs: [
          'ログイン方法の再設定が依頼されました。次のリンクを24時間以内に開き、「続ける」を押してください。リンクは一度だけ使えます。\n再設定すると、これまでのパスキー・外部ID・ログイン中のセッションはすべて無効になります。',
          '心当たりがない場合は、リンクを開かず、管理者に連絡してください。',
        ],
      },
      en: {
        subject: 'Getting back into the SmartKey management service',
        paragraphs: [
          'Somebody asked to get you back in. Open the link within 24 hours and continue there; it works once. All former passkeys, accounts and sessions end then.',
          'If you do not expect this, do not open it, and tell your administrator.',
        ],
      },
      link: this.linkOf('recovery', token),
    });
  }

  /** To those who manage the others: a person has recovered access. */
  recovered(identity: readonly string[], to: MailRecipient, who: string): Promise<PreparedMail> {
    return this.#prepare('recovered', identity, to, 7 * DAY, {
      ja: {
        subject: 'SmartKey 管理サービス：ログイン方法が再設定されました',
        paragraphs: [
          `${who} さんのログイン方法が再設定されました。これまでのパスキーとセッションは無効になっています。`,
          '心当たりがない場合は、この担当者を停止してください。',
        ],
      },
      en: {
        subject: 'Somebody got back in',
        paragraphs: [
          `The ways in of ${who} were set anew; the former ones have ended.`,
          'If you do not expect this, suspend that person.',
        ],
      },
    });
  }

  /** To the person: there is one more way in (NIST SP 800-63B-4, 4.1.2). */
  newWayIn(identity: readonly string[], to: MailRecipient, what: string): Promise<PreparedMail> {
    return this.#prepare('new-way-in', identity, to, 7 * DAY, {
      ja: {
        subject: 'SmartKey 管理サービス：ログイン方法が追加されました',
        paragraphs: [
          `ログイン方法「${what}」が追加されました。`,
          '心当たりがない場合は、すぐに管理者に連絡してください。',
        ],
      },
      en: {
        subject: 'A new way in was added',
        paragraphs: [
          `A new way to sign in was added: ${what}.`,
          'If that was not you, tell your administrator at once.',
        ],
      },
    });
  }

  /** To the new address: whoever has it says so. */
  address(identity: readonly string[], to: MailRecipient, token: string): Promise<PreparedMail> {
    return this.#prepare('address', identity, to, DAY, {
      ja: {
        subject: 'SmartKey 管理サービス：メールアドレスの確認',
        paragraphs: [
          'このメールアドレスが、SmartKey 管理サービスの担当者のアドレスとして入力されました。24時間以内に次のリンクを開いてログインし、「続ける」を押してください。リンクは一度だけ使えます。',
          '心当たりがない場合は、このメールを破棄してください。',
        ],
      },
      en: {
        subject: 'Confirm your mail address',
        paragraphs: [
          'This address was entered as that of a person of the SmartKey management service. Open the link within 24 hours, sign in and continue there; it works once.',
          'If you do not expect this, ignore this mail.',
        ],
      },
      link: this.linkOf('address', token),
    });
  }

  /** To the former address. It does not name the new one: who reads it may be somebody else by now. */
  addressChanged(identity: readonly string[], to: MailRecipient): Promise<PreparedMail> {
    return this.#prepare('address-changed', identity, to, 7 * DAY, {
      ja: {
        subject: 'SmartKey 管理サービス：メールアドレスが変更されました',
        paragraphs: [
          '登録されていたこのメールアドレスが、別のアドレスに変更されました。今後のお知らせは新しいアドレスに届きます。',
          '心当たりがない場合は、すぐに管理者に連絡してください。',
        ],
      },
      en: {
        subject: 'Your mail address was changed',
        paragraphs: [
          'Another address took the place of this one; mails go there from now on.',
          'If that was not you, tell your administrator at once.',
        ],
      },
    });
  }

  #prepare(
    kind: string,
    identity: readonly string[],
    { name, email, contract }: MailRecipient,
    usefulMillis: number,
    letter: Omit<Letter, 'name'>,
  ): Promise<PreparedMail> {
    return this.outbox.prepare({
      identity: [kind, ...identity],
      kind,
      ...(contract !== undefined && { contract }),
      mail: { to: email, ...writtenLetter({ name, ...letter }) },
      usefulMillis,
    });
  }
}
