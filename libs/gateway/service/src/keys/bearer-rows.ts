import { Batcher } from '@smartkey/lifecycle';
import { type BearerKind, matchesHash, prefixOfBearer } from './bearer-text.ts';

/** Between two looks for secrets that come from addresses which send many unknown ones, in milliseconds. */
const SLOW_MILLIS = 100;
/** The hash of no secret. It is compared where the prefix is unknown, so that both cases take the same time. */
const NO_HASH = new Uint8Array(32);

/** What is stored of a bearer's secret, in its row. */
export interface BearerRow {
  readonly prefix: string;
  readonly hash: Uint8Array;
}

/** Finds the rows of one kind of bearer by their secrets: those that are asked for at the same time by one statement. */
export class BearerRows<Row extends BearerRow> {
  readonly #known: Batcher<string, Row | undefined>;
  readonly #suspect: Batcher<string, Row | undefined>;

  /** @param select the rows with these prefixes, in any order. */
  constructor(
    private readonly kind: BearerKind,
    select: (prefixes: readonly string[]) => Promise<readonly Row[]>,
  ) {
    const find = async (prefixes: readonly string[]): Promise<readonly (Row | undefined)[]> => {
      const rows = await select([...new Set(prefixes)]);
      const byPrefix = new Map(rows.map((row) => [row.prefix, row]));
      return prefixes.map((prefix) => byPrefix.get(prefix));
    };
    this.#known = new Batcher(find);
    this.#suspect = new Batcher(find, { pauseMillis: SLOW_MILLIS });
  }

  /**
   * The row that a secret proves. The caller checks whether it has ended.
   * @param suspect asked for by an address that sends many unknown ones: such are looked up together and now and then.
   */
  async find(secret: string, suspect: boolean): Promise<Row | undefined> {
    const prefix = prefixOfBearer(this.kind, secret);
    if (prefix === undefined) return undefined;
    const row = await (suspect ? this.#suspect : this.#known).add(prefix);
    return matchesHash(secret, row?.hash ?? NO_HASH) ? row : undefined;
  }
}
