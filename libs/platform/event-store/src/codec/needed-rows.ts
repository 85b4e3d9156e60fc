import type { RecordedEvent } from '@smartkey/kernel';
import { sealedSubject, type PersonalData } from './personal-data.ts';

/** A row beside the log without which an event cannot be read, or what it says cannot be kept. */
export interface NeededRow {
  /** Of the service's schema. */
  readonly table: string;
  readonly column: string;
  readonly value: string;
  /** Whose it is: where the key of the subject was erased, the row may be gone. */
  readonly subject?: string;
}

/** What tells of a type whose personal data it holds; any form of an aggregate's events. */
type PersonalForms = Readonly<Record<string, { readonly personal?: PersonalData } | undefined>>;

/** The key that an event's personal data are sealed under. */
export function neededKey(event: RecordedEvent, forms: PersonalForms): readonly NeededRow[] {
  const subject = sealedSubject(event, forms[event.type]?.personal);
  return subject === undefined ? [] : [{ table: 'subject_keys', column: 'subject', value: subject }];
}
