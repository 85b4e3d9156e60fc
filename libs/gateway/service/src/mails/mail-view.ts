import type { Page } from '@smartkey/http';
import type { MailState } from '@smartkey/mail';
import type { Instant, ContractId, MailId } from '@smartkey/kernel';

/** A mail on its way, or gone; never what it says. */
export interface MailView {
  readonly id: MailId;
  /** The recipient. */
  readonly to: string;
  /** @example invoice */
  readonly kind: string;
  /** The contract that it concerns. */
  readonly contract?: ContractId;
  readonly state: MailState;
  /**
   * Why it was refused for good: `recipient` or `content` with what the server said in numbers, or `too-late`.
   * @example recipient 550 5.1.1
   */
  readonly reason?: string;
  readonly queuedAt: Instant;
  /** When it went, or was refused. */
  readonly endedAt?: Instant;
}

/** A page of mails, and how they go: by a mail server, or no further than files in the data folder. */
export interface MailPage extends Page<MailView> {
  readonly by: 'server' | 'files';
}
