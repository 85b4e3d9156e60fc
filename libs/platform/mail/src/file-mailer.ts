import { layFile } from '@smartkey/files';
import { codeOf, remembered } from '@smartkey/lifecycle';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { composed } from './compose.ts';
import type { OutgoingMail } from './mail.ts';
import type { MailSender } from './mail.settings.ts';
import { type Mailer, MailServerError } from './mailer.port.ts';

/** Lays mails into a folder, each a file `<identity>.eml` (RFC 5322) that its owner alone may read. The same mail again is the same file. */
export class FileMailer implements Mailer {
  readonly #transport = remembered(async () =>
    (await import('nodemailer')).createTransport({ streamTransport: true, buffer: true }),
  );

  constructor(
    private readonly from: MailSender,
    private readonly folder: string,
  ) {}

  async send(mail: OutgoingMail): Promise<void> {
    const transport = await this.#transport();
    const { message } = await transport.sendMail(composed(this.from, mail));
    try {
      await layFile(this.folder, `${mail.identity}.eml`, message as Buffer);
    } catch (cause) {
      throw new MailServerError(`mails cannot be laid into ${this.folder}: ${codeOf(cause)}`, { cause });
    }
  }

  async forget(identity: string): Promise<void> {
    await rm(join(this.folder, `${identity}.eml`), { force: true });
  }
}
