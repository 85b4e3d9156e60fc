import type { Database } from '@smartkey/database';
import { isId, type Actor, type Signatory } from '@smartkey/kernel';
import { BOOTSTRAP } from '../identification/first-operator.ts';
import type { KeyStore } from './key-store.ts';

/** More makers than this do not fit into the header. A key with more names nobody, and so cannot act as the second person. */
const LONGEST_LINE = 100;

/**
 * Who is behind a key or a session, for what takes two persons: the person, the line of makers, neither of which ever changes, and the
 * name of a key while there is nobody on the operator's side yet.
 */
export class Signatories {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyStore,
  ) {}

  async of({ key, person }: Actor): Promise<Signatory> {
    if (person !== undefined) return { key, makers: [], person: person.id };
    if (key === BOOTSTRAP) return { key, makers: [] };
    const makers = await this.#makersOf(key);
    if (makers.length > LONGEST_LINE) return { key, makers: makers.slice(0, LONGEST_LINE) };
    const root = makers.at(-1);
    if (root !== undefined && isId('per', root)) return { key, makers, person: root };
    // Once people sign for themselves, what a key is called says nothing any more.
    const name = (await this.#anybodyIsThere()) ? undefined : (await this.keys.find(key))?.name;
    return { key, makers, ...(name !== undefined && name !== null && { name }) };
  }

  async #anybodyIsThere(): Promise<boolean> {
    const [person] = await this.database.query(
      `SELECT 1 FROM people WHERE contract IS NULL AND status <> 'invited' LIMIT 1`,
    );
    return person !== undefined;
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
