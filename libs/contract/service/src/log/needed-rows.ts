import { neededKey, type NeededRow } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';
import { auditedForms } from './audited-forms.ts';

/** The rows beside the log that an event cannot do without. */
export const contractNeeds = (event: RecordedEvent): readonly NeededRow[] => neededKey(event, auditedForms);
