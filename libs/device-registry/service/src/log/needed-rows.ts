import { neededKey, type NeededRow } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';
import { storedEvents } from './stored-events.ts';

/** The rows beside the log that an event cannot do without: who an account is, its name, whose a device is. */
export function deviceRegistryNeeds(event: RecordedEvent): readonly NeededRow[] {
  const data = event.data as Readonly<Record<string, unknown>>;
  const subject = String(data['account']);
  const row = (table: string, column: string, value: unknown): NeededRow => ({
    table,
    column,
    value: String(value),
    subject,
  });
  const needs = [...neededKey(event, storedEvents)];
  if (event.type === 'IdRegistered') {
    needs.push(row('identities', 'account', subject));
    if (data['displayName'] !== undefined) needs.push(row('display_names', 'event', event.id));
  }
  if (event.type === 'EnrolmentStarted')
    needs.push(row('owned_ids', 'id', data['enrolment']), row('owned_ids', 'id', data['device']));
  return needs;
}
