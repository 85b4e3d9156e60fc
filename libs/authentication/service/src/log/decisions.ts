import { prepared, type Database } from '@smartkey/database';
import type { Appended } from '@smartkey/event-store';
import { Batcher, UnavailableError } from '@smartkey/lifecycle';

/** The arguments of `decide_attempt`, in their order. */
const ARGUMENTS = [
  'account',
  'version',
  'failures',
  'locked_until',
  'hard_locked',
  'attempt',
  'contract',
  'key',
  'result',
  'reason',
  'client_ref',
  'address',
  'address_digest',
  'network_digest',
  'device',
  'step',
  'stream',
  'before',
  'after',
  'stamped_at',
] as const;

/** Decisions committed by one statement. */
const MOST = 100;

const ALONE = prepared(
  'authentication-decide-attempt',
  `SELECT guarded, actual, first_position, hashes
   FROM decide_attempt($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
                       $15, $16, $17, $18::text[], $19::text[], $20)`,
);
const TOGETHER = prepared(
  'authentication-decide-attempts',
  'SELECT n, outcome, actual, first_position, hashes FROM decide_attempts($1::json)',
);

/** What the statement answers where the facts are in the log; undefined where somebody decided in between. */
type Decided = Appended | undefined;

/**
 * The statements that commit decisions. Those that are decided while another statement is under way go with the next one, each alone in
 * its outcome; a lone one waits for nobody.
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
    if (all.length === 1) return [await this.#alone(all[0]!)];
    let rows: readonly (Appended & { readonly n: number; readonly outcome: string })[];
    try {
      rows = await this.database.query(TOGETHER, [JSON.stringify(all.map(asJson))]);
    } catch (error) {
      // What fails one of them is not to fail the others. A database that is away is away for all.
      if (error instanceof UnavailableError) throw error;
      return this.#eachAlone(all);
    }
    const byPlace = new Map(rows.map((row) => [row.n, row]));
    const decided = all.map((_each, n): Decided | Error => {
      const { outcome, ...appended } = byPlace.get(n)!;
      if (outcome === 'appended') return appended;
      if (outcome === 'overtaken') return undefined;
      return Object.assign(new Error(outcome), { code: outcome === 'alone' ? 'alone' : 'SK001' });
    });
    const places = decided.flatMap((each, n) => (isToBeAlone(each) ? [n] : []));
    const ends = await this.#eachAlone(places.map((n) => all[n]!));
    places.forEach((n, index) => (decided[n] = ends[index]));
    return decided;
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

const isToBeAlone = (decided: Decided | Error): boolean =>
  decided instanceof Error && (decided as { readonly code?: unknown }).code === 'alone';

/** By name, in forms that JSON and PostgreSQL share. */
const asJson = (parameters: readonly unknown[], n: number): object =>
  Object.fromEntries([
    ['n', n],
    ...ARGUMENTS.map((name, place) => [name, jsonValue(parameters[place])] as const),
  ]);

function jsonValue(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value;
}
