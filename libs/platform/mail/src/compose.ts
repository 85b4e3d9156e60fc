import type { OutgoingMail } from './mail.ts';
import type { MailSender } from './mail.settings.ts';

/** A mail as nodemailer takes it. It reads no file and asks no address for content. */
export const composed = (
  from: MailSender,
  { identity, to, subject, text, html, attachments = [] }: OutgoingMail,
) => ({
  from: { name: from.name ?? '', address: from.address },
  to,
  subject,
  text,
  ...(html !== undefined && { html }),
  messageId: `<${identity}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`,
  // Nobody's holiday notice answers it (RFC 3834).
  headers: { 'Auto-Submitted': 'auto-generated' },
  attachments: attachments.map(({ filename, contentType, bytes }) => ({
    filename,
    contentType,
    content: Buffer.from(bytes),
  })),
  disableFileAccess: true,
  disableUrlAccess: true,
});
