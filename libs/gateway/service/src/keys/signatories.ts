import type { Database } from '@smartkey/database';
import type { Actor, Signatory } from '@smartkey/kernel';
import { BOOTSTRAP } from '../identification/first-operator.ts';
import type { KeyStore } from './key-store.ts';

/** Of a key that descends over more keys than this nobody is told: a header holds no more, and nobody is no second person. */
const LONGEST_LINE = 100;

/** Who is behind a key, for what takes two persons: the line of its makers and its name, neither of which ever changes. */
export class Signatories {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyStore,
  ) {}

  async of({ key }: Actor): Promise<Signatory> {
    if (key === BOOTSTRAP) return { key, makers: [] };
    const makers = await this.#makersOf(key);
    if (makers.length > LONGEST_LINE) return { key, makers: makers.slice(0, LONGEST_LINE) };
    const name = (await this.keys.find(key))?.name ?? undefined;
    return { key, makers, ...(name !== undefined && { name }) };
  }

  /** Nearest first; one more than the longest line where there are more. */
  async #makersOf(key: string): Promise<readonly string[]> {
    const rows = await this.database.query<{ maker: string }>(
      `WITH RECURSIVE line (maker, step) AS (
         SELECT created_by, 1 FROM keys WHERE id = $1
         UNION ALL
         SELECT made.created_by, line.step + 1 FROM keys AS made JOIN line ON made.id = line.maker WHERE line.step <= $2
       )
       SELECT maker FROM line ORDER BY step`,
      [key, LONGEST_LINE],
    );
    return rows.map(({ maker }) => maker);
  }
}
