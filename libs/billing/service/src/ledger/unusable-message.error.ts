import type { Message } from '@smartkey/event-bus';

/** A message that the ledger cannot take in: its stream is parked, and with it the close of its contract. */
export class UnusableMessageError extends Error {
  override readonly name = 'UnusableMessageError';
  constructor(message: Message, what: string) {
    super(`${message.type} ${message.id} of ${message.stream} at revision ${message.revision}: ${what}`);
  }
}
