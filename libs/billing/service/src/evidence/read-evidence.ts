import type { Invoice, InvoiceLine } from '@smartkey/billing-domain';
import { dayOfNumber, jstDayOf, numberOfDay, spanOfMonth } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import { decodeCursor, encodeCursor, pageOf, type Page, type PageQuery } from '@smartkey/http';
import type { Instant, ContractId } from '@smartkey/kernel';
import type { ProjectionReader } from '@smartkey/projections';
import { readUpTo, SPELLS_AS_KNOWN } from '../ledger/as-read.ts';
import { OF_MONTHS } from '../ledger/late-fold.ts';
import { NOT_ENDED } from '../ledger/usage-ledger.ddl.ts';
import { numberOfCursor } from '../shared/cursors.ts';
import type { EvidenceItem } from './evidence-view.ts';

/** The facts that made a line, as the ledger knew them when the document was issued. */
export class EvidenceReader {
  constructor(private readonly ledger: ProjectionReader) {}

  page(document: Invoice, told: InvoiceLine, query: PageQuery): Promise<Page<EvidenceItem>> {
    const { invoice, line } = asCorrected(document, told);
    return this.ledger.snapshot((sql) => {
      if (line.item === 'account-usage') return spells(sql, invoice, query);
      if (line.item === 'auth-api-usage') return successes(sql, invoice, query);
      return agreed(sql, invoice, line, query);
    });
  }
}

/** An adjustment is made by the facts of the item and the month that it corrects, as they were known when it was drawn up. */
function asCorrected(
  invoice: Invoice,
  line: InvoiceLine,
): { readonly invoice: Invoice; readonly line: Omit<InvoiceLine, 'n'> } {
  const { corrects } = line;
  if (line.item !== 'adjustment' || corrects === undefined || corrects.item === 'credit')
    return { invoice, line };
  const { number, month, item, fee } = corrects;
  const rated = invoice.basis.again?.find((again) => again.number === number);
  return {
    invoice: { ...invoice, period: spanOfMonth(month), basis: rated ?? {} },
    line: { ...line, item, ...(fee !== undefined && { fee }) },
  };
}

async function spells(sql: Sql, invoice: Invoice, { limit, cursor }: PageQuery): Promise<Page<EvidenceItem>> {
  const [account, spell] = cursor === undefined ? ['', 0] : decodeCursor(cursor, 'string', 'number');
  const { from, to } = invoice.basis.window ?? invoice.period;
  const rows = await sql.query<SpellRow>(
    `select account, spell, from_day as "from", from_revision as revision, nullif(to_day, ${NOT_ENDED}) as "to",
       to_revision as "untilRevision", corrected from (
       select account, spell, from_day, from_revision,
         case when to_position <= $4::bigint then to_day else ${NOT_ENDED} end as to_day,
         case when to_position <= $4::bigint then to_revision end as to_revision, null::integer as corrected
       from spell where contract = $1 and from_position <= $4::bigint and not changed
       union all
       select account, spell, from_day, from_revision, to_day,
         case when to_day < ${NOT_ENDED} then revision end as to_revision,
         case when type = 'RegistrationCorrected' then revision end as corrected
       from (${SPELLS_AS_KNOWN}) as version where not voided
     ) as known
     where (account, spell) > ($5, $6::integer) and from_day <= $3::integer and to_day >= $2::integer
     order by account, spell limit $7::integer`,
    [
      invoice.contract,
      numberOfDay(from),
      numberOfDay(to),
      readUpTo(invoice.inputs.positions, 'device-registry'),
      account,
      spell,
      limit + 1,
    ],
  );
  return pageOf(rows, limit, (last) => encodeCursor(last.account, last.spell), spellItem);
}

interface SpellRow extends Required<Pick<EvidenceItem, 'revision' | 'account' | 'untilRevision'>> {
  readonly spell: number;
  readonly from: number;
  readonly to: number | null;
  readonly corrected: number | null;
}

const spellItem = ({ account, revision, untilRevision, from, to, corrected }: SpellRow): EvidenceItem => ({
  stream: `account-${account}`,
  revision,
  type: 'IdRegistered',
  day: dayOfNumber(from),
  account,
  until: to === null ? null : dayOfNumber(to),
  untilRevision,
  ...(corrected !== null && { correctedRevision: corrected }),
});

async function successes(
  sql: Sql,
  invoice: Invoice,
  { limit, cursor }: PageQuery,
): Promise<Page<EvidenceItem>> {
  const [day, account] = cursor === undefined ? [0, ''] : decodeCursor(cursor, 'number', 'string');
  const { from, to } = invoice.basis.window ?? invoice.period;
  const rows = await sql.query<SuccessRow>(
    `select day, account, count, first_revision as revision, last_revision as "lastRevision" from success
     where contract = $1 and day between $2::integer and $3::integer and (day, account) > ($4::integer, $5)
     order by day, account limit $6::integer`,
    [invoice.contract, numberOfDay(from), numberOfDay(to), day, account, limit + 1],
  );
  return pageOf(rows, limit, (last) => encodeCursor(last.day, last.account), successItem);
}

interface SuccessRow extends Required<Pick<EvidenceItem, 'revision' | 'account' | 'count' | 'lastRevision'>> {
  readonly day: number;
}

const successItem = ({ day, ...row }: SuccessRow): EvidenceItem => ({
  stream: `authentication-${row.account}`,
  type: 'AuthSucceeded',
  day: dayOfNumber(day),
  ...row,
});

async function agreed(
  sql: Sql,
  invoice: Invoice,
  line: Pick<InvoiceLine, 'fee'>,
  { limit, cursor }: PageQuery,
): Promise<Page<EvidenceItem>> {
  const after = numberOfCursor(cursor) ?? -1;
  const rows = await sql.query<MessageRow>(
    `select contract, revision, type, occurred_at as "occurredAt", data from contract_message
     where contract = $1 and revision > $2::integer and position <= $3::bigint
       and case when $4::text is null then type = any($5::text[]) else data->>'fee' = $4 end
     order by revision limit $6::integer`,
    [
      invoice.contract,
      after,
      readUpTo(invoice.inputs.positions, 'contract'),
      line.fee ?? null,
      OF_MONTHS,
      limit + 1,
    ],
  );
  return pageOf(rows, limit, (last) => encodeCursor(last.revision), messageItem);
}

interface MessageRow {
  readonly contract: ContractId;
  readonly revision: number;
  readonly type: string;
  readonly occurredAt: Instant;
  readonly data: { readonly recipient?: { readonly name: string } };
}

const messageItem = ({ contract, revision, type, occurredAt, data }: MessageRow): EvidenceItem => ({
  stream: `contract-${contract}`,
  revision,
  type,
  day: jstDayOf(occurredAt),
  data: withoutAddress(data),
});

/** Of the party to a contract the name is evidence. */
const withoutAddress = ({ recipient, ...data }: MessageRow['data']): object =>
  recipient === undefined ? data : { ...data, recipient: { name: recipient.name } };
