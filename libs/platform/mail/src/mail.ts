/** A file that goes with a mail. */
export interface MailAttachment {
  /** As the receiver sees it: `SK-000000001.pdf`. No folder, no line end. */
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** A mail to one person. */
export interface Mail {
  /** An address alone, `finance@example.co.jp`: see `isMailAddress`. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  /** The same for who reads mails as pages; without it the text alone goes. */
  readonly html?: string;
  readonly attachments?: readonly MailAttachment[];
}

/** A mail as it goes out. */
export interface OutgoingMail extends Mail {
  /** UUID of the mail, the same at every try: what is in front of the @ of its Message-ID (RFC 5322). */
  readonly identity: string;
}

/** All attachments of a mail together: most servers take 20 MB with their encoding. */
export const ATTACHED_BYTES = 14 * 2 ** 20;
const SUBJECT_LENGTH = 200;
const TEXT_LENGTH = 100_000;

/** What cannot be sent by anybody: a mistake of the program that makes it. */
export class UnsendableMailError extends Error {
  override readonly name = 'UnsendableMailError';
}

/**
 * The address of one mailbox (RFC 5321, 4.1.2) that every server takes: no quoted local part, no address literal. At most 254 characters,
 * which the expression does not count.
 */
export const MAIL_ADDRESS =
  /^(?=.{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)*[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

export const isMailAddress = (text: string): boolean => text.length <= 254 && MAIL_ADDRESS.test(text);

/** @throws UnsendableMailError naming what is wrong, without the address. */
export function mustBeSendable({ to, subject, text, html = '', attachments = [] }: Mail): void {
  const refused = (what: string): never => {
    throw new UnsendableMailError(`a mail cannot be sent: ${what}`);
  };
  if (!isMailAddress(to)) refused('its recipient is no mail address');
  if (subject === '' || subject.length > SUBJECT_LENGTH || /[\p{Cc}\p{Cs}]/u.test(subject))
    refused(`its subject is not one line of 1 to ${SUBJECT_LENGTH} characters`);
  if (text.length > TEXT_LENGTH || html.length > TEXT_LENGTH)
    refused(`its text is longer than ${TEXT_LENGTH} characters`);
  if (attachments.some(({ filename }) => filename === '' || /[\p{Cc}\p{Cs}/\\"]/u.test(filename)))
    refused('an attachment has no name that a file can have');
  if (attachments.some(({ contentType }) => !/^[\w.+-]+\/[\w.+-]+$/.test(contentType)))
    refused('an attachment has no content type');
  const bytes = attachments.reduce((sum, each) => sum + each.bytes.length, 0);
  if (bytes > ATTACHED_BYTES) refused(`its attachments have ${bytes} bytes, more than ${ATTACHED_BYTES}`);
}
