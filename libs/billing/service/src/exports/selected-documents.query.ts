import type { ExportRequested } from '@smartkey/billing-domain';
import type { Sql } from '@smartkey/database';
import type { ContractId } from '@smartkey/kernel';
import { placesOf } from './export-tables.ts';

/** A document that an export takes. */
export interface SelectedDocument {
  readonly number: string;
  readonly contract: ContractId;
  readonly position: bigint;
}

/** Which documents an export takes, by their places in the log: the same at any time, whatever is issued later. */
export interface SelectedPlaces {
  readonly month: string | null;
  readonly since: string | null;
  readonly behind: bigint;
  readonly upTo: bigint;
  readonly claims: string;
}

export async function placesSelected(sql: Sql, request: ExportRequested['data']): Promise<SelectedPlaces> {
  const { month = null, since, after, except = [], upTo } = request;
  const places = await placesOf(sql, [after, ...except.map(({ last }) => last)]);
  const claims = except.map((claim) => ({ ...claim, up_to: String(places.get(claim.last) ?? 0n) }));
  return {
    month,
    since: since === 'last' ? null : (since ?? null),
    behind: places.get(after ?? '') ?? 0n,
    upTo: BigInt(upTo),
    claims: JSON.stringify(claims),
  };
}

const SELECTED = `position > $1::bigint and position <= $2::bigint and ($3::text is null or month = $3)
  and ($4::text is null or issued_on >= $4) and not exists (
    select 1 from jsonb_to_recordset($5::text::jsonb) as claim (month text, since text, up_to text)
    where document.position <= claim.up_to::bigint and (claim.month is null or claim.month = document.month)
      and (claim.since is null or document.issued_on >= claim.since)
  )`;

const parametersOf = ({ month, since, upTo, claims }: SelectedPlaces, behind: bigint): unknown[] => [
  behind,
  upTo,
  month,
  since,
  claims,
];

export async function countSelected(sql: Sql, places: SelectedPlaces): Promise<number> {
  const [row] = await sql.query<{ documents: number }>(
    `select count(*)::integer as documents from document where ${SELECTED}`,
    parametersOf(places, places.behind),
  );
  return row!.documents;
}

/** The next documents in the order of issue, behind a place. */
export const selectedPage = (
  sql: Sql,
  places: SelectedPlaces,
  behind: bigint,
  limit: number,
): Promise<readonly SelectedDocument[]> =>
  sql.query<SelectedDocument>(
    `select number, contract, position from document where ${SELECTED} order by position limit $6::integer`,
    [...parametersOf(places, behind), limit],
  );
