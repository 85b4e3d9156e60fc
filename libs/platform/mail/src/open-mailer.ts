import { FileMailer } from './file-mailer.ts';
import type { MailSettings } from './mail.settings.ts';
import type { Mailer } from './mailer.port.ts';
import { SmtpMailer } from './smtp-mailer.ts';

/** @throws MailSetupError */
export const openMailer = ({ from, way }: MailSettings): Mailer =>
  'smtp' in way ? new SmtpMailer(from, way.smtp) : new FileMailer(from, way.folder);
