import { prepared, type Database } from '@smartkey/database';
import type { Appended } from '@smartkey/event-store';
import { Batcher, UnavailableError } from '@smartkey/lifecycle';

/** Decisions committed by one statement. */
const MOST = 100;

const ALONE = prepared(
  'authentication-decide-attempt',
  `SELECT guarded, actual, first_position, hashes
   FROM decide_attempt($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
                       $15, $16, $17, $18::text[], $19::text[], $20)`,
);
/** What stands between texts that go as one: JSON escapes it, so none holds it. As an array their many quotation marks would be escaped, and read again. */
const SEPARATOR = '\u0001';
const AT_ONCE = prepared(
  'authentication-decide-attempts-at-once',
  `SELECT outcomes, actuals, first_position, hashes
   FROM decide_attempts_at_once($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
                                $15, $16, $17, string_to_array($18, E'\\x01'), string_to_array($19, E'\\x01'), $20)`,
);
/** The places of texts of the events in the parameters of `decide_attempt`. */
const BEFORE = 17;
const AFTER = 18;

/** What the statement answers where the facts are in the log; undefined where somebody decided in between. */
type Decided = Appended | undefined;

/**
 * The statements that commit decisions. Those that are decided while another statement is under way go with the next one, each alone in
 * its outcome; a single one is sent at once.
 */
export class Decisions {
  readonly #batches = new Batcher<readonly unknown[], Decided | Error>((all) => this.#commit(all), {
    most: MOST,
    keysOf: ([account]) => [String(account)],
  });

  constructor(private readonly database: Database) {}

  /**
   * @param parameters of `decide_attempt`, in their order.
   * @throws what the statement fails with: SK001 with what it was.
   */
  async commit(parameters: readonly unknown[]): Promise<Decided> {
    const decided = await this.#batches.add(parameters);
    if (decided instanceof Error) throw decided;
    return decided;
  }

  async #commit(all: readonly (readonly unknown[])[]): Promise<readonly (Decided | Error)[]> {
    if (all.length === 1 || !all.every(hasOneEvent)) return this.#eachAlone(all);
    let answer: AtOnce;
    try {
      [answer] = (await this.database.query<AtOnce>(AT_ONCE, columnsOf(all))) as [AtOnce];
    } catch (error) {
      // What fails one of them is not to fail the others. A database that is away is away for all.
      if (error instanceof UnavailableError) throw error;
      return this.#eachAlone(all);
    }
    const { outcomes, actuals, first_position, hashes: joined } = answer;
    const hashes = joined.split(',');
    return outcomes.map((outcome, n): Decided | Error => {
      if (outcome === 'appended')
        return {
          actual: actuals[n]!,
          first_position: first_position + BigInt(n),
          hashes: [hashes[n]!],
        };
      return outcome === 'overtaken' ? undefined : Object.assign(new Error(outcome), { code: 'SK001' });
    });
  }

  async #eachAlone(all: readonly (readonly unknown[])[]): Promise<readonly (Decided | Error)[]> {
    const ends = await Promise.allSettled(all.map((each) => this.#alone(each)));
    return ends.map((end) => (end.status === 'fulfilled' ? end.value : (end.reason as Error)));
  }

  async #alone(parameters: readonly unknown[]): Promise<Decided> {
    const [row] = await this.database.query<Appended & { readonly guarded: boolean }>(ALONE, parameters);
    return row?.guarded === true ? row : undefined;
  }
}

/** What became of each, in its place. */
interface AtOnce {
  readonly outcomes: readonly string[];
  readonly actuals: readonly number[];
  readonly first_position: bigint;
  readonly hashes: string;
}

const hasOneEvent = (parameters: readonly unknown[]): boolean =>
  (parameters[BEFORE] as readonly string[]).length === 1;

/** The parameters of all, column by column; a column that none has is not sent. */
const columnsOf = (all: readonly (readonly unknown[])[]): readonly unknown[] =>
  all[0]!.map((_, place) => {
    if (place === BEFORE || place === AFTER)
      return all.map((each) => (each[place] as readonly string[])[0]).join(SEPARATOR);
    return all.every((each) => each[place] === null) ? null : all.map((each) => each[place]);
  });
