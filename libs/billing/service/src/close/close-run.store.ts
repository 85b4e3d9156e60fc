import type { ParkedContract } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Database } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import type { Instant } from '@smartkey/kernel';
import { CLOSE_RUN_STATES, type CloseRun, type CloseRunState } from './close-run.ts';

interface Row {
  readonly run: string;
  readonly seq: number;
  readonly month: ServiceMonth;
  readonly state: CloseRunState;
  readonly waiting_for: readonly ServiceName[];
  readonly total: number;
  readonly issued: number;
  readonly nothing_due: number;
  readonly parked: readonly ParkedContract[];
  readonly requested_at: Instant;
  readonly updated_at: Instant;
}

const NEWEST_OF_MONTH = 'select distinct on (month) state, parked from close_run order by month, seq desc';

const runOf = (row: Row): CloseRun => ({
  run: row.run,
  seq: row.seq,
  month: row.month,
  state: row.state,
  waitingFor: row.waiting_for,
  counts: { total: row.total, issued: row.issued, nothingDue: row.nothing_due },
  parked: row.parked,
  requestedAt: row.requested_at,
  updatedAt: row.updated_at,
});

/** The runs that close months, durable: a process that starts finds what another left unfinished. */
export class CloseRunStore {
  constructor(private readonly database: Database) {}

  /** Remembers that a run was asked for; a run that is known already stays as it is. */
  async open(run: string, month: ServiceMonth, now: Instant): Promise<void> {
    await this.database.execute(
      `insert into close_run (run, month, state, requested_at, updated_at)
       values ($1, $2, 'waiting', $3::timestamptz, $3::timestamptz) on conflict (run) do nothing`,
      [run, month, now],
    );
  }

  async save(run: CloseRun): Promise<void> {
    await this.database.execute(
      `update close_run set state = $2, waiting_for = $3::text::jsonb, total = $4, issued = $5, nothing_due = $6,
         parked = $7::text::jsonb, updated_at = $8::timestamptz
       where run = $1`,
      [
        run.run,
        run.state,
        JSON.stringify(run.waitingFor),
        run.counts.total,
        run.counts.issued,
        run.counts.nothingDue,
        JSON.stringify(run.parked),
        run.updatedAt,
      ],
    );
  }

  async find(run: string): Promise<CloseRun | undefined> {
    const [row] = await this.database.query<Row>('select * from close_run where run = $1', [run]);
    return row && runOf(row);
  }

  /** Runs that are not finished, earlier months first. */
  async unfinished(): Promise<readonly CloseRun[]> {
    const rows = await this.database.query<Row>(
      `select * from close_run where state in ('waiting', 'running') order by month, seq`,
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

  /** How many contracts the newest runs of all months left to a person. */
  async parkedContracts(): Promise<number> {
    const [row] = await this.database.query<{ contracts: number }>(
      `select coalesce(sum(jsonb_array_length(parked)), 0)::integer as contracts from (${NEWEST_OF_MONTH}) as newest`,
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
      `select * from close_run where ($1::integer is null or seq < $1) and ($2::text is null or month = $2)
       order by seq desc limit $3::integer`,
      [before ?? null, month ?? null, limit],
    );
    return rows.map(runOf);
  }
}
