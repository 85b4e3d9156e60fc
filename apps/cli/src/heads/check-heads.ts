import type { Database } from '@smartkey/database';
import { verifyLog } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';
import { storedTreeHead } from '@smartkey/transparency';
import type { Data } from '../data/open-data.ts';
import { KEEPERS } from '../data/services.ts';
import type { ServiceHeads } from './heads-file.ts';
import { keptTables, tableState } from './kept-tables.ts';
import { NeededRows } from './missing-rows.ts';

/** How one service's data stand beside what they were. */
export interface CheckedService {
  /** Events now. */
  readonly events: number;
  /** What is not there, a sentence each. */
  readonly faults: readonly string[];
  /** What differs and is no loss. */
  readonly notes: readonly string[];
}

/**
 * Whether a service's data hold at least what they held when the heads were taken: the very last event at its position, as many events up to
 * it, an unbroken chain, the tree, the tables that no log holds, and every row that an event needs, of the later ones too.
 */
export async function checkService(
  data: Data,
  service: (typeof KEEPERS)[number],
  heads: ServiceHeads | undefined,
): Promise<CheckedService> {
  const database = await data.schema(service);
  if (database === undefined)
    return { events: 0, faults: heads === undefined ? [] : ['its schema is missing'], notes: [] };
  const store = await data.log(service, database);
  const passed = new PassedHead(heads);
  const needed = new NeededRows(service, database);
  const { events, broken, breaks } = await verifyLog(store, {
    page: async (page) => {
      passed.take(page);
      await needed.take(page);
    },
  });
  const faults = [...passed.faults()];
  for (const { stream, revision, kind, detail } of breaks)
    faults.push(`${stream} at revision ${revision} is ${kind}: ${detail}`);
  if (broken > breaks.length) faults.push(`${broken - breaks.length} more places are broken`);
  for (const { table, rows, event } of needed.missing)
    faults.push(
      `${rows} rows of ${table} are missing that events need, the first for ${event.type} of ${event.stream} at revision ${event.revision}`,
    );
  const notes: string[] = [];
  const since = await store.standing.since();
  if (since !== undefined)
    notes.push(`it is known since ${since} that others have read further: see log compare ${service}`);
  if (heads !== undefined) {
    faults.push(...(await treeFaults(database, heads)));
    for await (const { fault, note } of tableFindings(service, database, heads)) {
      if (fault !== undefined) faults.push(fault);
      if (note !== undefined) notes.push(note);
    }
  }
  return { events, faults, notes };
}

/** The head that was, looked for by its position as the log goes by. */
class PassedHead {
  #upToHead = 0;
  #there: RecordedEvent | undefined;
  #last: RecordedEvent | undefined;

  constructor(private readonly heads: ServiceHeads | undefined) {}

  take(page: readonly RecordedEvent[]): void {
    this.#last = page.at(-1) ?? this.#last;
    const { head = null } = this.heads ?? {};
    if (head === null) return;
    const position = BigInt(head.position);
    for (const event of page) {
      if (event.position > position) return;
      this.#upToHead += 1;
      if (event.position === position) this.#there = event;
    }
  }

  *faults(): Generator<string> {
    const { head = null, events = 0 } = this.heads ?? {};
    if (head === null) return;
    const { position, id, hash } = head;
    const end = this.#last === undefined ? 'is empty' : `ends at position ${this.#last.position}`;
    if (this.#there === undefined)
      yield `the last event that was there, ${id} at position ${position}, is missing; the log ${end}`;
    else if (this.#there.id !== id || this.#there.hash !== hash)
      yield `at position ${position} lies another event than the last that was there: the log has gone back, and on from there`;
    if (this.#upToHead < events)
      yield `${events - this.#upToHead} of the ${events} events that were there are missing`;
  }
}

async function treeFaults(database: Database, { tree }: ServiceHeads): Promise<readonly string[]> {
  if (tree === null) return [];
  const now = await storedTreeHead(database, tree.size);
  if (now === undefined) return [`its tree has not the ${tree.size} leaves that it had`];
  if (now.origin !== tree.origin)
    return [`its tree is that of ${now.origin}, and was that of ${tree.origin}`];
  return now.root === tree.root
    ? []
    : [`the first ${tree.size} leaves of its tree are not those that were there`];
}

async function* tableFindings(
  service: string,
  database: Database,
  { tables }: ServiceHeads,
): AsyncGenerator<{ readonly fault?: string; readonly note?: string }> {
  for (const table of keptTables(service)) {
    const was = tables[table.name];
    if (was === undefined) continue;
    const now = await tableState(database, table);
    if (now === undefined) {
      yield { fault: `the table ${table.name} is missing` };
      continue;
    }
    if (now.rows < was.rows)
      yield { fault: `${was.rows - now.rows} of ${was.rows} rows of ${table.name} are missing` };
    // Of rows that are missing some may have ended: those are not undone.
    const atMost = now.rows < was.rows ? 'up to ' : '';
    if (now.ended < was.ended) yield { fault: `${atMost}${was.ended - now.ended} ${table.undone}` };
    if (now.rows < was.rows || now.ended < was.ended) continue;
    if (now.rows > was.rows) yield { note: `${table.name} has ${now.rows - was.rows} rows more` };
    else if (now.checksum !== was.checksum)
      yield { note: `${table.name} has as many rows as it had, and some of them differ` };
  }
}
