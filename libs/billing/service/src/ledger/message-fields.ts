import { isJstDay, numberOfDay } from '@smartkey/calendar';
import type { Message } from '@smartkey/event-bus';
import { UnusableMessageError } from './unusable-message.error.ts';

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

/** A field of a message that must be a day, as its number. */
export function dayOf(message: Message, field: string): number {
  const day = textOf(message, field);
  if (!isJstDay(day)) throw new UnusableMessageError(message, `${field} is no day`);
  return numberOfDay(day);
}
