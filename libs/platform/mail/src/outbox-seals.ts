import type { SealedColumn, SecretBox } from '@smartkey/secrets';
import type { Mail } from './mail.ts';

const toContext = (id: string): string => `mail recipient ${id}`;
const contentContext = (id: string): string => `mail content ${id}`;

/** What an outbox keeps sealed, for the rotation of its service's data key. */
export const mailSealedColumns: readonly SealedColumn[] = [
  { table: 'mail_outbox', column: 'sealed_to', key: ['id'], context: (row) => toContext(row['id']!) },
  {
    table: 'mail_outbox',
    column: 'sealed_content',
    key: ['id'],
    context: (row) => contentContext(row['id']!),
  },
];

interface StoredContent {
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly attachments: readonly {
    readonly filename: string;
    readonly contentType: string;
    readonly base64: string;
  }[];
}

export interface SealedMail {
  readonly to: string;
  readonly content: string;
}

export async function sealMail(box: SecretBox, id: string, mail: Mail): Promise<SealedMail> {
  const stored: StoredContent = {
    subject: mail.subject,
    text: mail.text,
    ...(mail.html !== undefined && { html: mail.html }),
    attachments: (mail.attachments ?? []).map(({ filename, contentType, bytes }) => ({
      filename,
      contentType,
      base64: Buffer.from(bytes).toString('base64'),
    })),
  };
  return {
    to: await box.seal(Buffer.from(mail.to), toContext(id)),
    content: await box.seal(Buffer.from(JSON.stringify(stored)), contentContext(id)),
  };
}

export const openRecipient = async (box: SecretBox, id: string, sealed: string): Promise<string> =>
  Buffer.from(await box.open(sealed, toContext(id))).toString('utf8');

export async function openMail(box: SecretBox, id: string, sealed: SealedMail): Promise<Mail> {
  const content = Buffer.from(await box.open(sealed.content, contentContext(id))).toString('utf8');
  const { subject, text, html, attachments } = JSON.parse(content) as StoredContent;
  return {
    to: await openRecipient(box, id, sealed.to),
    subject,
    text,
    ...(html !== undefined && { html }),
    attachments: attachments.map(({ filename, contentType, base64 }) => ({
      filename,
      contentType,
      bytes: Buffer.from(base64, 'base64'),
    })),
  };
}
