import type { ExportRequested } from '@smartkey/billing-domain';
import type { Sql } from '@smartkey/database';
import type { ContractId } from '@smartkey/kernel';
import type { ExportSelectionMessage } from '@smartkey/messages';

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
  return { ...(await placesTold(sql, request)), upTo: BigInt(request.upTo) };
}

/** Of a selection as it was told; of a finished export up to its last document. */
export async function placesTold(
  sql: Sql,
  { month, since, after, except = [], last }: ExportSelectionMessage & { readonly last?: string },
): Promise<SelectedPlaces> {
  const places = await placesOf(sql, [after, last, ...except.map((claim) => claim.last)]);
  const claims = except.map((claim) => ({ ...claim, up_to: String(places.get(claim.last) ?? 0n) }));
  return {
    month: month ?? null,
    since: since === 'last' ? null : (since ?? null),
    behind: places.get(after ?? '') ?? 0n,
    upTo: places.get(last ?? '') ?? 0n,
    claims: JSON.stringify(claims),
  };
}

/** Where documents stand in the log, by their numbers. */
async function placesOf(
  sql: Sql,
  numbers: readonly (string | undefined)[],
): Promise<ReadonlyMap<string, bigint>> {
  const asked = numbers.filter((number) => number !== undefined);
  if (asked.length === 0) return new Map();
  const rows = await sql.query<{ number: string; position: bigint }>(
    'select number, position from document where number = any($1::text[])',
    [asked],
  );
  return new Map(rows.map(({ number, position }) => [number, position]));
}

/** Which documents an export takes: of one that is written, and of one that is told of. */
export const takenBy = ({
  behind,
  upTo,
  month,
  since,
  claims,
}: Readonly<Record<keyof SelectedPlaces, string>>) =>
  `document.position > ${behind} and document.position <= ${upTo}
  and (${month} is null or document.month = ${month}) and (${since} is null or document.issued_on >= ${since})
  and not exists (
    select 1 from jsonb_to_recordset(${claims}) as claim (month text, since text, up_to text)
    where document.position <= claim.up_to::bigint and (claim.month is null or claim.month = document.month)
      and (claim.since is null or document.issued_on >= claim.since)
  )`;

const SELECTED = takenBy({
  behind: '$1::bigint',
  upTo: '$2::bigint',
  month: '$3::text',
  since: '$4::text',
  claims: '$5::text::jsonb',
});

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
