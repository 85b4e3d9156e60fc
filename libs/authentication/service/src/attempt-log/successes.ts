import { endOfDay, startOfDay, type JstDay } from '@smartkey/calendar';
import type { Database } from '@smartkey/database';
import { orNotFound } from '@smartkey/http';
import type { ContractId } from '@smartkey/kernel';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { AttemptLog } from './attempt-log.ts';

/** The successes of one day in Japan, by the hour in which they were decided. */
export interface SuccessesOfDay {
  readonly day: JstDay;
  /**
   * By the hour, from 0 to 23 JST; hours without any are left out. Null where the log of that day is kept no more
   * (SMARTKEY_ATTEMPT_MONTHS): the count of the day stands in the usage of its month.
   */
  readonly byHour: Readonly<Record<string, number>> | null;
}

/** Counts the log of attempts, of one contract and one day: what that costs is what the day's rows cost. */
export class Successes {
  constructor(
    private readonly database: Database,
    private readonly log: AttemptLog,
    private readonly knowledge: Knowledge,
  ) {}

  /** @throws ProblemException 404 for a contract that is not there. */
  async ofDay(contract: ContractId, day: JstDay): Promise<SuccessesOfDay> {
    orNotFound(await this.knowledge.contracts.find(contract));
    if (startOfDay(day) < this.log.months.keptFrom()) return { day, byHour: null };
    const rows = await this.database.query<{ hour: number; count: number }>(
      `SELECT extract(hour FROM at AT TIME ZONE 'Asia/Tokyo')::integer AS hour, count(*)::integer AS count
       FROM attempt_log WHERE contract = $1 AND at >= $2 AND at < $3 AND result = 'success' GROUP BY hour ORDER BY hour`,
      [contract, startOfDay(day), endOfDay(day)],
    );
    return { day, byHour: Object.fromEntries(rows.map(({ hour, count }) => [String(hour), count])) };
  }
}
