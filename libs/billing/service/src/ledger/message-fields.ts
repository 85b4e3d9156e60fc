import { isOwnId, type AccountId } from '@smartkey/kernel';
import { isJstDay, numberOfDay } from '@smartkey/calendar';
import type { Message } from '@smartkey/event-bus';
import { UnusableMessageError } from '@smartkey/facts';

/** A field of a message that must be text. */
function textOf(message: Message, field: string): string {
  const value = (message.data as Readonly<Record<string, unknown>> | null)?.[field];
  if (typeof value !== 'string' || value === '')
    throw new UnusableMessageError(message, `${field} is missing`);
  return value;
}

/** The account of a message that must name one. */
export function accountOf(message: Message): AccountId {
  const account = textOf(message, 'account');
  if (!isOwnId('rid', account)) throw new UnusableMessageError(message, 'account is no account');
  return account;
}

/** A field of a message that must be a day, as its number. */
export function dayOf(message: Message, field: string): number {
  const day = textOf(message, field);
  if (!isJstDay(day)) throw new UnusableMessageError(message, `${field} is no day`);
  return numberOfDay(day);
}
