import { jstDayOf, monthOf } from '@smartkey/calendar';
import type { Plan } from '@smartkey/terms';
import type { ContractStatus } from '@smartkey/contract-domain';
import type { Instant, ContractId } from '@smartkey/kernel';
import type { ProjectionReader } from '@smartkey/runtime';
import type { Awaited } from '../contracts/words.ts';
import { containing } from './containing.ts';

/** What contracts are asked for by; all that are named must hold. */
export interface ContractFilter {
  readonly ids?: readonly string[] | undefined;
  readonly status?: ContractStatus | undefined;
  readonly plan?: Plan | undefined;
  /** Part of the name. */
  readonly name?: string | undefined;
  readonly iijIdContractHeld?: boolean | undefined;
  readonly awaits?: Awaited | undefined;
}

/** Each condition is met where the filter names none. `$3` is today, `$4` this month. */
const FIND = `
  select id from contract
  where ($1::text[] is null or id = any($1))
    and ($2::text is null or id > $2)
    and ($5::text is null or $5 = case
      when outcome = 'open' then 'applied'
      when outcome <> 'accepted' then outcome
      when last_day < $3 then 'terminated'
      when billing_start <= $3 then 'in-service'
      else 'accepted' end)
    and ($6::text is null or $6 = (
      select held->>'plan' from jsonb_array_elements(plans) as held
      where held->>'fromMonth' <= $4 order by held->>'fromMonth' desc limit 1))
    and ($7::text is null or name like $7)
    and ($8::boolean is null or iij_id_lost <> $8)
    and ($10::text is null
      or ($10 = 'plan-change' and outcome = 'accepted' and request_month > $4)
      or ($10 = 'terms' and outcome = 'accepted' and (last_day is null or last_day >= $3)
        and (billing_start is null or not quoted)))
  order by id limit $9`;

export class ContractDirectory {
  constructor(readonly reader: ProjectionReader) {}

  /** Ids in their order, after an id or from the first; at most `limit`. */
  async find(
    filter: ContractFilter,
    now: Instant,
    after: string | undefined,
    limit: number,
  ): Promise<readonly ContractId[]> {
    const { ids, status, plan, name, iijIdContractHeld, awaits } = filter;
    const rows = await this.reader.sql.query<{ id: ContractId }>(FIND, [
      ids ?? null,
      after ?? null,
      jstDayOf(now),
      monthOf(now),
      status ?? null,
      plan ?? null,
      name === undefined ? null : containing(name),
      iijIdContractHeld ?? null,
      limit,
      awaits ?? null,
    ]);
    return rows.map((row) => row.id);
  }

  /** Accepted contracts that have not ended, with their IIJ ID contracts and what is on record of them; a page after an id. */
  async running(now: Instant, after: string | undefined, limit: number): Promise<readonly RunningContract[]> {
    return this.reader.sql.query<RunningContract>(
      `select id, iij_id_contract as "iijIdContract", not iij_id_lost as held from contract
       where outcome = 'accepted' and (last_day is null or last_day >= $1) and iij_id_contract is not null
         and ($2::text is null or id > $2) order by id limit $3`,
      [jstDayOf(now), after ?? null, limit],
    );
  }

  /** The same for one IIJ ID contract. */
  async runningWith(iijIdContract: string, now: Instant): Promise<readonly RunningContract[]> {
    return this.reader.sql.query<RunningContract>(
      `select id, iij_id_contract as "iijIdContract", not iij_id_lost as held from contract
       where iij_id_contract = $1 and outcome = 'accepted' and (last_day is null or last_day >= $2) order by id`,
      [iijIdContract, jstDayOf(now)],
    );
  }
}

export interface RunningContract {
  readonly id: ContractId;
  readonly iijIdContract: string;
  /** Whether it is on record as held. */
  readonly held: boolean;
}
