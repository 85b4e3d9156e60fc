import { neededKey, type NeededRow } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';
import { personEventForms } from './stored-person-events.ts';

/** The rows beside the log of people that an event cannot do without. */
export const gatewayNeeds = (event: RecordedEvent): readonly NeededRow[] =>
  neededKey(event, personEventForms);
