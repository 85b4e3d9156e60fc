import type { DomainEvent, Rejection, Result } from '@smartkey/kernel';
import { inSpan, tracingIsOn, type Span } from '@smartkey/tracing';
import type { Handled } from './aggregate.ts';

const NOTHING = {};

/** An id of our own, or a service month. What a caller put in an id's place may be anything, a name too. */
const TOLD = /^([a-z]{3}_[0-9a-hjkmnp-tv-z]{26}|\d{4}-\d{2})$/;

/** Settings of the span of one command to an aggregate. */
export const commandSpan = (category: string, id: string) =>
  tracingIsOn()
    ? {
        attributes: {
          'smartkey.aggregate.type': category,
          ...(TOLD.test(id) ? { 'smartkey.aggregate.id': id } : {}),
        },
      }
    : NOTHING;

/** Settings of the span of many commands that are handled together. */
export const commandsSpan = (category: string, count: number) =>
  tracingIsOn()
    ? { attributes: { 'smartkey.aggregate.type': category, 'smartkey.command.count': count } }
    : NOTHING;

/** More than one: others wrote to the stream at the same time. */
export function tellAttempt(span: Span, attempt: number, command: unknown): void {
  span.setAttribute('smartkey.command.attempts', attempt);
  const type = (command as { readonly type?: unknown } | undefined)?.type;
  if (typeof type === 'string') span.setAttribute('smartkey.command.type', type);
}

/** What became of a command: `decided`, `unchanged` where the fact held already, `repeated`, `refused`. */
export function tellOutcome(span: Span, result: Result<Handled<unknown, DomainEvent>, Rejection>): void {
  span.setAttribute('smartkey.command.outcome', outcomeOf(result));
  // Its code alone: its sentence may quote what was asked for.
  if (!result.ok) span.setAttribute('smartkey.refusal.code', result.error.code);
}

function outcomeOf(result: Result<Handled<unknown, DomainEvent>, Rejection>): string {
  if (!result.ok) return 'refused';
  if (result.value.repeated) return 'repeated';
  return result.value.events.length > 0 ? 'decided' : 'unchanged';
}

/** Appends to the log as a span. @param appended how many events or streams go together. */
export const inAppendSpan = <T>(appended: number, append: () => Promise<T>): Promise<T> =>
  tracingIsOn() ? inSpan('append', { attributes: { 'smartkey.append.size': appended } }, append) : append();
