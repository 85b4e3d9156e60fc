import type { ParkedContract, CloseCounts } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import { type Database, type Sql, TableRows } from '@smartkey/database';
import type { Instant, RunId } from '@smartkey/kernel';
import { CLOSE_RUN_STATES, type CloseRun, type CloseRunState } from './close-run.ts';

type Row = Omit<CloseRun, 'counts'> & CloseCounts;

const COLUMNS = `run, seq, month, state, waiting_for as "waitingFor", requested_at as "requestedAt", updated_at as "updatedAt",
  total, issued, corrected, nothing_due as "nothingDue", parked_contracts as parked, invoices, overtaken, corrections,
  waiting_contracts as "waitingContracts", waiting_net as "waitingNet", below_zero as "belowZero"`;

const PARKED = new TableRows(
  'close_run_parked',
  { run: 'text', contract: 'text', code: 'text', reason: 'text' },
  { onConflict: ['run', 'contract'] },
);

const NEWEST_OF_MONTH = 'select distinct on (month) state from close_run order by month, seq desc';

/**
 * Runs whose word on the contracts that they parked still stands. A run looks at every contract with all its months up to its own, so that
 * a later one that has ended, of the same month or one after it, has said anew what became of each.
 */
const STANDING = `select seq, run, month from close_run as told
  where state = 'partial' and not exists (
    select from close_run as later
    where later.seq > told.seq and later.month >= told.month and later.state in ('completed', 'partial'))`;

/** A contract that waits for a person, and the run that says so. */
export interface StandingParked extends ParkedContract {
  readonly run: RunId;
  readonly month: ServiceMonth;
}

const runOf = ({ run, seq, month, state, waitingFor, requestedAt, updatedAt, ...counts }: Row): CloseRun => ({
  run,
  seq,
  month,
  state,
  waitingFor,
  counts,
  requestedAt,
  updatedAt,
});

/** The runs that close months, durable: a process that starts finds what another left unfinished. */
export class CloseRunStore {
  constructor(private readonly database: Database) {}

  /** Remembers that a run was asked for; a run that is known already stays as it is. */
  async open(run: RunId, month: ServiceMonth, now: Instant): Promise<void> {
    await this.database.execute(
      `insert into close_run (run, month, state, requested_at, updated_at)
       values ($1, $2, 'waiting', $3::timestamptz, $3::timestamptz) on conflict (run) do nothing`,
      [run, month, now],
    );
  }

  /** How far a run is, and the contracts that it has parked since it was saved last. */
  async save(run: CloseRun, parked: readonly ParkedContract[] = []): Promise<void> {
    if (parked.length === 0) return update(this.database, run);
    await this.database.transaction(async (tx) => {
      await PARKED.insert(
        tx,
        parked.map((each) => ({ ...each, run: run.run })),
      );
      await update(tx, run);
    });
  }

  /** A run looks at every contract anew: whom it had parked when it was cut short is found again, or put right by now. */
  async forgetParked(run: RunId): Promise<void> {
    await this.database.execute('delete from close_run_parked where run = $1', [run]);
  }

  /** The log does not have it any more: it is asked for again by whoever wants it. */
  async forget(run: RunId): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.execute('delete from close_run_parked where run = $1', [run]);
      await tx.execute('delete from close_run where run = $1', [run]);
    });
  }

  /** A page of the contracts that a run has parked, ascending by id, after one of them. */
  parkedPage(run: RunId, after: string, limit: number): Promise<readonly ParkedContract[]> {
    return this.database.query<ParkedContract>(
      `select contract, code, reason from close_run_parked where run = $1 and contract > $2
       order by contract limit $3::integer`,
      [run, after, limit],
    );
  }

  /**
   * A page of the contracts that are parked now, over all runs, each once with what was said of it last; ascending by id, after one of
   * them.
   */
  standingParked(after: string, limit: number): Promise<readonly StandingParked[]> {
    return this.database.query<StandingParked>(
      `select distinct on (contract) contract, code, reason, run, month
       from (${STANDING}) as standing cross join lateral (
         select contract, code, reason from close_run_parked as parked
         where parked.run = standing.run and contract > $1 order by contract limit $2::integer) as parked
       order by contract, seq desc limit $2::integer`,
      [after, limit],
    );
  }

  async find(run: RunId): Promise<CloseRun | undefined> {
    const [row] = await this.database.query<Row>(`select ${COLUMNS} from close_run where run = $1`, [run]);
    return row && runOf(row);
  }

  /** Runs that are not finished, earlier months first. */
  async unfinished(): Promise<readonly CloseRun[]> {
    const rows = await this.database.query<Row>(
      `select ${COLUMNS} from close_run where state in ('waiting', 'running') order by month, seq`,
    );
    return rows.map(runOf);
  }

  /** In how many months the newest run is in each state; every state is there. */
  async states(): Promise<ReadonlyMap<CloseRunState, number>> {
    const rows = await this.database.query<{ state: CloseRunState; months: number }>(
      `select state, count(*)::integer as months from (${NEWEST_OF_MONTH}) as newest group by state`,
    );
    const none = CLOSE_RUN_STATES.map((state) => [state, 0] as const);
    return new Map([...none, ...rows.map(({ state, months }) => [state, months] as const)]);
  }

  /** How many contracts are parked now, over all runs. */
  async parkedContracts(): Promise<number> {
    const [row] = await this.database.query<{ contracts: number }>(
      `select count(distinct contract)::integer as contracts
       from (${STANDING}) as standing join close_run_parked using (run)`,
    );
    return row!.contracts;
  }

  /** When the oldest run that is not finished was asked for. */
  async oldestUnfinished(): Promise<Instant | undefined> {
    const [row] = await this.database.query<{ requested_at: Instant }>(
      `select requested_at from close_run where state in ('waiting', 'running') order by requested_at limit 1`,
    );
    return row?.requested_at;
  }

  /** A page of all runs, the newest first, before one of them. */
  async page(before: number | undefined, limit: number, month?: ServiceMonth): Promise<readonly CloseRun[]> {
    const rows = await this.database.query<Row>(
      `select ${COLUMNS} from close_run where ($1::integer is null or seq < $1) and ($2::text is null or month = $2)
       order by seq desc limit $3::integer`,
      [before ?? null, month ?? null, limit],
    );
    return rows.map(runOf);
  }
}

async function update(sql: Sql, run: CloseRun): Promise<void> {
  await sql.execute(
    `update close_run set state = $2, waiting_for = $3::text::jsonb, total = $4, issued = $5, nothing_due = $6,
       parked_contracts = $7, updated_at = $8::timestamptz, corrected = $9, invoices = $10, overtaken = $11, corrections = $12,
       waiting_contracts = $13, waiting_net = $14, below_zero = $15
     where run = $1`,
    [
      run.run,
      run.state,
      JSON.stringify(run.waitingFor),
      run.counts.total,
      run.counts.issued,
      run.counts.nothingDue,
      run.counts.parked,
      run.updatedAt,
      run.counts.corrected,
      run.counts.invoices,
      run.counts.overtaken,
      run.counts.corrections,
      run.counts.waitingContracts,
      run.counts.waitingNet,
      run.counts.belowZero,
    ],
  );
}
