import type { Message } from '@smartkey/event-bus';

/** A message that the ledger cannot take in: its stream is parked, and with it the close of its contract. */
export class UnusableMessageError extends Error {
  override readonly name = 'UnusableMessageError';
  constructor(message: Message, what: string) {
    super(`${message.type} ${message.id} of ${message.stream} at revision ${message.revision}: ${what}`);
  }
}

/** The contract of a message that must name one. */
export function contractOf(message: Message): string {
  if (message.contract === undefined) throw new UnusableMessageError(message, 'names no contract');
  return message.contract;
}

/** A field of a message that must be text. */
export function textOf(message: Message, field: string): string {
  const value = (message.data as Readonly<Record<string, unknown>> | null)?.[field];
  if (typeof value !== 'string' || value === '')
    throw new UnusableMessageError(message, `${field} is missing`);
  return value;
}
