import type { EventForm } from '@smartkey/event-store';
import * as stored from './stored-events.ts';

/** How the events of billing's log are opened that hold something sealed, for an audit of the whole log; documents by `openedInvoice`. */
export const auditedForms: Readonly<Record<string, EventForm>> = Object.assign(
  {},
  ...Object.values(stored),
) as Record<string, EventForm>;
