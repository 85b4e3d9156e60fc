import type { Database, Sql } from '@smartkey/database';
import type { ContractId, ProofId } from '@smartkey/kernel';
import type { ProofPlace, ProvedLogOf } from './invoice-proofs.ts';
import type { ProofJobView } from './proof-view.ts';

/** Proofs that are kept, of all documents together; the oldest go. */
const MOST_KEPT = 50;
/** How long one is kept once it is written (system time). */
const KEPT_DAYS = 7;

/** A proof that is written behind its answer. */
export interface ProofJob extends ProofJobView {
  readonly contract: ContractId;
  readonly logs: readonly ProvedLogOf[];
  readonly place: ProofPlace | undefined;
  readonly parts: number;
}

const COLUMNS = `id, number, contract, logs, state, events, done, place, parts, bytes, begun_at as "begunAt", ended_at as "endedAt"`;

type Row = Omit<ProofJob, 'place' | 'bytes'> & { readonly place: ProofPlace | null; readonly bytes: bigint };

const jobOf = ({ place, bytes, ...row }: Row): ProofJob => ({
  ...row,
  place: place ?? undefined,
  bytes: Number(bytes),
});

/** The proofs that are written behind their answers. */
export class ProofJobStore {
  constructor(private readonly database: Database) {}

  /** One of the same checkpoints for the same reader, under way or there already. */
  async same(number: string, since: string, logs: readonly ProvedLogOf[]): Promise<ProofJob | undefined> {
    return this.#first(
      `number = $1 and since = $2 and state <> 'failed' and (state = 'running' or logs = $3::jsonb) order by begun_at desc`,
      [number, since, JSON.stringify(logs)],
    );
  }

  async running(contract: ContractId): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::integer as count from proof_job where contract = $1 and state = 'running'`,
      [contract],
    );
    return row!.count;
  }

  async begin(
    job: Pick<ProofJob, 'id' | 'number' | 'contract' | 'logs' | 'events'> & { readonly since: string },
  ): Promise<void> {
    await this.database.execute(
      `insert into proof_job (id, number, contract, since, logs, state, events) values ($1, $2, $3, $4, $5::jsonb, 'running', $6::integer)`,
      [job.id, job.number, job.contract, job.since, JSON.stringify(job.logs), job.events],
    );
  }

  find(id: ProofId): Promise<ProofJob | undefined> {
    return this.#first('id = $1', [id]);
  }

  /** The one that has waited longest. */
  next(): Promise<ProofJob | undefined> {
    return this.#first(`state = 'running' order by begun_at, id`, []);
  }

  /** Counts a try before it begins, so that one that takes the process with it counts. @returns how many there are with it. */
  async begun(id: ProofId): Promise<number> {
    const [row] = await this.database.query<{ tries: number }>(
      'update proof_job set tries = tries + 1 where id = $1 returning tries',
      [id],
    );
    return row?.tries ?? 0;
  }

  /** It was no try: it was stopped, came on, or something that it needs is away. */
  async uncount(id: ProofId): Promise<void> {
    await this.database.execute('update proof_job set tries = greatest(tries - 1, 0) where id = $1', [id]);
  }

  /** A further part is there, written by the same transaction. @throws ProofMovedError where another instance was at it. */
  async came(
    sql: Sql,
    { id, parts }: Pick<ProofJob, 'id' | 'parts'>,
    on: { readonly place: ProofPlace; readonly bytes: number; readonly events: number },
  ): Promise<void> {
    const rows = await sql.query(
      `update proof_job set place = $3::jsonb, parts = parts + 1, bytes = bytes + $4, done = done + $5::integer
       where id = $1 and parts = $2::integer and state = 'running' returning id`,
      [id, parts, JSON.stringify(on.place), on.bytes, on.events],
    );
    if (rows.length !== 1) throw new ProofMovedError(`another instance has gone on with ${id}`);
  }

  async end(id: ProofId, state: 'finished' | 'failed'): Promise<void> {
    await this.database.execute('update proof_job set state = $2, ended_at = now() where id = $1', [
      id,
      state,
    ]);
  }

  /** Takes those away whose time is over, and the oldest of too many. */
  async clear(): Promise<void> {
    await this.database.execute(
      `delete from proof_job where state <> 'running' and (ended_at < now() - $1 * interval '1 day'
       or id in (select id from proof_job where state <> 'running' order by ended_at desc offset $2))`,
      [KEPT_DAYS, MOST_KEPT],
    );
  }

  async #first(condition: string, values: readonly unknown[]): Promise<ProofJob | undefined> {
    const [row] = await this.database.query<Row>(
      `select ${COLUMNS} from proof_job where ${condition} limit 1`,
      [...values],
    );
    return row && jobOf(row);
  }
}

/** Two instances were at one proof: the lock was lost. */
class ProofMovedError extends Error {
  override readonly name = 'ProofMovedError';
}
