import { neededKey, type NeededRow } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';
import { storedApprovals } from './stored-approvals.ts';
import { storedEvents } from './stored-events.ts';

const FORMS = { ...storedEvents, ...storedApprovals };

/** The rows beside the log that an event cannot do without. */
export const contractNeeds = (event: RecordedEvent): readonly NeededRow[] => neededKey(event, FORMS);
