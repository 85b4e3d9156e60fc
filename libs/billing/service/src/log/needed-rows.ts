import { neededKey, type NeededRow } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';
import * as forms from './stored-events.ts';

const FORMS = Object.assign({}, ...Object.values(forms)) as Parameters<typeof neededKey>[1];

/** The rows beside the log that an event cannot do without: the bytes of a file that it promises. */
export function billingNeeds(event: RecordedEvent): readonly NeededRow[] {
  const needs = neededKey(event, FORMS);
  if (event.type !== 'DocumentRendered') return needs;
  const { sha256 } = event.data as { readonly sha256: string };
  return [...needs, { table: 'stored_file', column: 'sha256', value: sha256 }];
}
