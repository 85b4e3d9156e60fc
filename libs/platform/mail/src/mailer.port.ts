import { OperatorError, TransientError, UnavailableError } from '@smartkey/lifecycle';
import type { OutgoingMail } from './mail.ts';

/** The way out: a mail server, or a folder. */
export interface Mailer {
  /**
   * Hands a mail over. Resolves when it was taken; the taker answers for it from then on.
   * @throws MailRefusedError where it is not taken and never will be, MailDeferredError where this one is not taken for now,
   * MailServerError where no mail is.
   */
  send(mail: OutgoingMail): Promise<void>;
  /** Takes a mail away that lies where it was handed to. Missing where mails are another's from then on. Safe to repeat. */
  forget?(identity: string): Promise<void>;
}

export type RefusedBecause = 'recipient' | 'content';

/** What a server says, without its words: they may name the recipient. `550 5.1.1` (RFC 5321, RFC 3463). */
export type ReplyCode = string;

/** The server refuses this mail for good (5xx). */
export class MailRefusedError extends Error {
  override readonly name = 'MailRefusedError';
  constructor(
    readonly because: RefusedBecause,
    readonly reply: ReplyCode,
  ) {
    super(`the mail server refuses the ${because}: ${reply}`);
  }
}

/** The server does not take this mail for now (4xx). */
export class MailDeferredError extends TransientError {
  override readonly name = 'MailDeferredError';
  constructor(readonly reply: ReplyCode) {
    super(`the mail server does not take a mail for now: ${reply}`);
  }
}

/** There is no server, or it takes no mail of ours at all: not reached, no encryption, login or sender refused. All mails wait. */
export class MailServerError extends UnavailableError {
  override readonly name = 'MailServerError';
}

/** The certificates that the server is checked by cannot be read. */
export class MailSetupError extends OperatorError {
  override readonly name = 'MailSetupError';
}
