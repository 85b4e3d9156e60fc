import type { DocumentOfMonth } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Database } from '@smartkey/database';
import { unavailable } from '@smartkey/http';
import { lookUntil } from '@smartkey/lifecycle';
import { shownToTheEnd } from '@smartkey/projections';
import { CLOSE_LOCK } from '../close/close-lock.ts';
import type { BookParts } from '../documents/books-up-to-date.ts';
import { firstDocumentFrom } from '../documents/first-document.query.ts';

/** How long a change waits for a close to end, and for the books to show what it issued (system time). */
const PATIENCE_MILLIS = 3_000;
const LOOK_MILLIS = 50;

/** Changes of what documents go by: never while a close issues any, on whatever instance. */
export class SettingsChanges {
  constructor(private readonly parts: BookParts & { readonly database: Database }) {}

  /**
   * @param change is given the first document that goes by what held from that month on.
   * @throws ProblemException 503 while a close issues documents.
   */
  async from<T>(month: ServiceMonth, change: (first: DocumentOfMonth | undefined) => Promise<T>): Promise<T> {
    const done = await lookUntil(() => this.#unlessClosing(async () => change(await this.#first(month))), {
      atMostMillis: PATIENCE_MILLIS,
      everyMillis: LOOK_MILLIS,
    });
    if (done !== undefined) return done.value;
    throw unavailable('A close is issuing documents; nothing was changed. Ask again when it has ended.', 5);
  }

  #unlessClosing<T>(work: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    return this.parts.database.exclusively(CLOSE_LOCK, async () => ({ value: await work() }), {
      wait: false,
    });
  }

  async #first(month: ServiceMonth): Promise<DocumentOfMonth | undefined> {
    const { documents, store } = this.parts;
    if ((await shownToTheEnd(documents, 'billing', store, PATIENCE_MILLIS)) === undefined)
      throw unavailable('The books do not show yet what was issued; nothing was changed.');
    return firstDocumentFrom(documents.sql, month);
  }
}
