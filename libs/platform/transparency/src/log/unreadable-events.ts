import { hasTable, type Database } from '@smartkey/database';
import { neededKey, type NeededRow } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';
import { logKeepingForms } from '../keeping/log-keeping.events.ts';

/** @shown An event of which something is sealed under a key that is lost. Where the key was erased, nothing is missing. */
export interface UnreadableEvent {
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  /** Whose key is lost: of an account's events, the account. */
  readonly subject: string;
}

export interface UnreadableEvents {
  readonly count: number;
  /** The first of them, at most 100. */
  readonly events: readonly UnreadableEvent[];
}

const MOST_LISTED = 100;
const KEYS = 'subject_keys';

/** Whether the keys are there that the events of a log are sealed under, page by page. */
export class KeysOfEvents {
  readonly #events: UnreadableEvent[] = [];
  #count = 0;

  constructor(
    private readonly database: Database,
    private readonly needs: (event: RecordedEvent) => readonly NeededRow[] = () => [],
  ) {}

  get unreadable(): UnreadableEvents {
    return { count: this.#count, events: this.#events };
  }

  async take(page: readonly RecordedEvent[]): Promise<void> {
    const sealed = page.flatMap((event) =>
      [...neededKey(event, logKeepingForms), ...this.needs(event)]
        .filter(({ table }) => table === KEYS)
        .map(({ value }) => ({ event, subject: value })),
    );
    if (sealed.length === 0) return;
    const lost = await this.#lost([...new Set(sealed.map(({ subject }) => subject))]);
    for (const { event, subject } of sealed) {
      if (!lost.has(subject)) continue;
      this.#count += 1;
      if (this.#events.length >= MOST_LISTED) continue;
      const { position, stream, revision, type } = event;
      this.#events.push({ position: String(position), stream, revision, type, subject });
    }
  }

  async #lost(subjects: readonly string[]): Promise<ReadonlySet<string>> {
    if (!(await hasTable(this.database, KEYS))) return new Set(subjects);
    const rows = await this.database.query<{ subject: string }>(
      `SELECT asked.subject FROM unnest($1::text[]) AS asked (subject)
       WHERE NOT EXISTS (SELECT 1 FROM ${KEYS} k WHERE k.subject = asked.subject)`,
      [subjects],
    );
    return new Set(rows.map(({ subject }) => subject));
  }
}
