import { CommandHandler, EventCodec, type EventForms } from '@smartkey/event-store';
import type { Decider, DomainEvent } from '@smartkey/kernel';
import type { ServiceParts } from '@smartkey/runtime';
import type { SharedSeal } from '@smartkey/secrets';

/** What streams of billing's log are read and written with; keys where their events hold personal data. */
export type LogParts = Pick<ServiceParts, 'store' | 'clock'> & Partial<Pick<ServiceParts, 'subjectKeys'>>;

/**
 * Carries out the commands of one kind of stream in billing's log.
 * @param category what their names begin with: `delivery` of `delivery-SK-000000001`.
 * @param seal where other services open some of the fields.
 */
export const handlerOf = <State, Command, Event extends DomainEvent, Id extends string = string>(
  { store, clock, subjectKeys }: LogParts,
  category: string,
  decider: Decider<State, Command, Event>,
  forms: EventForms<Event>,
  seal?: SharedSeal,
): CommandHandler<State, Command, Event, Id> =>
  new CommandHandler({ store, clock, decider, category, codec: new EventCodec(forms, subjectKeys, seal) });
