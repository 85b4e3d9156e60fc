import type { EventForm } from '@smartkey/event-store';
import { storedApprovals } from './stored-approvals.ts';
import { storedEvents } from './stored-events.ts';

/** How every event of the contract service's log is opened, for an audit of the whole log. */
export const auditedForms: Readonly<Record<string, EventForm>> = { ...storedEvents, ...storedApprovals };
