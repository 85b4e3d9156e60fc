import type { Database } from '@smartkey/database';
import { KEY_CACHE_MILLIS } from './data-keys.ts';

/** What was erased in a service so far: what shows subjects is the same again as long as this is. */
export class SubjectErasures {
  constructor(
    private readonly database: Database,
    /** System time, as erasures are dated. */
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * @returns another text after each erasure; `undefined` behind one that other instances may not have heard of, whose keys they still
   * remember.
   */
  async mark(): Promise<string | undefined> {
    const [row] = await this.database.query<{ erased: number; last: string | null; fresh: boolean | null }>(
      `SELECT count(*)::integer AS erased, max(erased_at)::text AS last, max(erased_at) > $1::timestamptz AS fresh
       FROM subject_keys WHERE erased_at IS NOT NULL`,
      // Clocks of instances may differ by as much again.
      [new Date(this.now() - 2 * KEY_CACHE_MILLIS).toISOString()],
    );
    const { erased, last, fresh } = row!;
    return fresh === true ? undefined : `${erased}/${last ?? ''}`;
  }
}
