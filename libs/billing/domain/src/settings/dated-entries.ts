import { addMonths, firstDayOf, type ServiceMonth } from '@smartkey/calendar';
import { conflict, type Fact, type DomainEvent, type Instant, type Refused } from '@smartkey/kernel';
import { notBeforeTheTerms } from '@smartkey/terms';

/** A setting that holds from a service month on, until the next one begins. */
export interface DatedEntry {
  /** Names it for ever: no two entries have the same, also where one took the place of the other. */
  readonly version: string;
  /** The first service month it holds for. */
  readonly from: ServiceMonth;
}

/** An entry as the log tells it. */
export interface ToldEntry<Entry extends DatedEntry> {
  readonly entry: Entry;
  readonly setAt: Instant;
  /** Missing for what the environment said. */
  readonly reason?: string;
}

/** Everything that was ever told, in the order of telling: what another took the place of stays known, for a document may name it. */
export interface Entries<Entry extends DatedEntry> {
  readonly told: readonly ToldEntry<Entry>[];
}

export const nothingTold = { told: [] } as const;

/** One more entry is told. */
export function evolveEntries<Entry extends DatedEntry>(
  { told }: Entries<Entry>,
  { data: { reason, ...entry }, occurredAt }: Fact<DomainEvent<string, DatedEntry & { reason?: string }>>,
): Entries<Entry> {
  const one = { entry: entry as Entry, setAt: occurredAt };
  return { told: [...told, reason === undefined ? one : { ...one, reason }] };
}

/** What holds now, ascending by month: of two entries from the same month the later told. */
export function inForce<Entry extends DatedEntry>({ told }: Entries<Entry>): readonly ToldEntry<Entry>[] {
  const byMonth = new Map(told.map((each) => [each.entry.from, each]));
  return [...byMonth.values()].sort((a, b) => (a.entry.from < b.entry.from ? -1 : 1));
}

/** The entry that holds in a month; `undefined` before the first. */
export const heldIn = <Entry extends DatedEntry>(
  entries: Entries<Entry>,
  month: ServiceMonth,
): ToldEntry<Entry> | undefined => inForce(entries).findLast(({ entry }) => entry.from <= month);

/** The first month of the entry after the one that holds in a month; `undefined` where that holds for good. */
export const heldUntil = <Entry extends DatedEntry>(
  entries: Entries<Entry>,
  month: ServiceMonth,
): ServiceMonth | undefined => {
  const next = inForce(entries).find(({ entry }) => entry.from > month);
  return next && addMonths(next.entry.from, -1);
};

/** The entry with a version, whether or not it still holds. */
export const ofVersion = <Entry extends DatedEntry>(
  { told }: Entries<Entry>,
  version: string,
): Entry | undefined => told.find(({ entry }) => entry.version === version)?.entry;

/** A version that no entry has had: `2026-04.1`, `2026-04.2`, … */
export function newVersion({ told }: Entries<DatedEntry>, from: ServiceMonth): string {
  const used = new Set(told.map(({ entry }) => entry.version));
  for (let n = 1; ; n += 1) if (!used.has(`${from}.${n}`)) return `${from}.${n}`;
}

/** The first document of a month or of one after it, in the order of the months. */
export interface DocumentOfMonth {
  readonly month: ServiceMonth;
  readonly number: string;
}

/**
 * What holds for a month may be said until a document of it is issued: no document may have gone by something else than what the
 * log says of its month.
 * @param first the first document of `from` or of a month after it.
 */
export function maySay(
  entries: Entries<DatedEntry>,
  from: ServiceMonth,
  first: DocumentOfMonth | undefined,
  pointer: string,
): Refused {
  const beforeTheTerms = notBeforeTheTerms(firstDayOf(from), pointer);
  if (beforeTheTerms !== undefined) return beforeTheTerms;
  const until = heldUntil(entries, from);
  if (first === undefined || (until !== undefined && first.month > until)) return undefined;
  return conflict(
    'used-by-document',
    `It would hold for ${first.month}, of which ${first.number} is issued by what held until now. Say it from a later month on.`,
    { rule: 'Invoices', pointer },
  );
}
