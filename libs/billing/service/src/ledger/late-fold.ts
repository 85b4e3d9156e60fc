import {
  addDays,
  addMonths,
  earlierDay,
  isJstDay,
  monthOf,
  monthOfDay,
  nextMonth,
  numberOfDay,
  type JstDay,
  type ServiceMonth,
} from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import type { Message } from '@smartkey/event-bus';
import { causeBy, type ContractFacts } from '@smartkey/facts';
import { epochMillisOf, instantOf, type Instant, type ContractId } from '@smartkey/kernel';
import type { ContractMessages } from '@smartkey/messages';
import { basisOfMonth, isSameBasis } from '@smartkey/terms';
import { byHour } from './by-hour.ts';

interface LateRow {
  readonly message: Message;
  readonly contract: ContractId;
  readonly from: ServiceMonth;
  readonly to: ServiceMonth;
  readonly day: JstDay;
  readonly ground: 'agreement' | 'error';
  readonly only: string;
}

/**
 * The first month that cannot have been issued when a fact was recorded. An hour more: between the stamp of a fact and its place in
 * the log the month may have ended.
 */
const notIssuedBy = (recordedAt: Instant): ServiceMonth =>
  monthOf(instantOf(epochMillisOf(recordedAt) + 3_600_000));

/** What of a contract's messages decides plan, price and billing window of a month. */
export const OF_MONTHS = [
  'ContractAccepted',
  'BillingStartSet',
  'PriceQuoted',
  'PlanChangeAccepted',
  'PlanChangeReplaced',
  'PlanChangeWithdrawn',
  'PlanChangeLapsed',
  'CancellationNotified',
  'CancellationCorrected',
  'CancellationVoided',
  'ContractTerminated',
];

/**
 * The facts of a batch that came after a month which they concern: what they change may have been billed already. Which of them a document
 * had in view is told by the positions that it records; here nothing is known of documents.
 */
export class LateFold {
  readonly #rows: LateRow[] = [];
  readonly #notIssuedBy = byHour(notIssuedBy);

  /** A registration, or its end, of past days. */
  add(message: Message): void {
    const from = firstDayTouched(message);
    if (from === undefined || message.contract === undefined) return;
    this.#add(message, message.contract, monthOfDay(from), 'error', 'usage', from);
  }

  /** What a contract's message changed for months that have passed. */
  ofContract(message: Message, before: ContractFacts, after: ContractFacts): void {
    if (after.revision <= before.revision) return;
    const { contract } = after;
    if (message.type === 'FeeObligationArose' || message.type === 'FeeWaived') {
      const { fee } = message.data as ContractMessages['FeeWaived'];
      const { day, ground } = causeBy(message);
      const arisen = after.fees.find((each) => each.fee === fee)?.arisenOn;
      if (arisen !== undefined) this.#add(message, contract, monthOfDay(arisen), ground, fee, day);
      return;
    }
    if (!OF_MONTHS.includes(message.type)) return;
    const touched = monthsTouched(before, after, this.#notIssuedBy(message.recordedAt));
    if (touched === undefined) return;
    const { day, ground } = causeBy(message, before);
    this.#rows.push({ message, contract, ...touched, day, ground, only: 'monthly' });
  }

  #add(
    message: Message,
    contract: ContractId,
    from: ServiceMonth,
    ground: LateRow['ground'],
    only: string,
    day: JstDay,
  ): void {
    const end = this.#notIssuedBy(message.recordedAt);
    if (from < end) this.#rows.push({ message, contract, from, to: addMonths(end, -1), day, ground, only });
  }

  async write(tx: Sql): Promise<void> {
    const rows = this.#rows.splice(0);
    if (rows.length === 0) return;
    await tx.execute(
      `insert into late_fact (contract, source, position, from_month, to_month, stream, revision, day, ground, only_item)
       select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::integer[],
         $8::integer[], $9::text[], $10::text[])
       on conflict (contract, source, position) do nothing`,
      [
        rows.map((row) => row.contract),
        rows.map((row) => row.message.source),
        rows.map((row) => row.message.position),
        rows.map((row) => row.from),
        rows.map((row) => row.to),
        rows.map((row) => row.message.stream),
        rows.map((row) => row.message.revision),
        rows.map((row) => numberOfDay(row.day)),
        rows.map((row) => row.ground),
        rows.map((row) => row.only),
      ],
    );
  }
}

/** The first day that is used otherwise than was known before a message of the registry. */
function firstDayTouched({ type, data }: Message): JstDay | undefined {
  const said = data as Readonly<Record<string, unknown>>;
  const day = (field: string): JstDay | undefined => {
    const text = said[field];
    return typeof text === 'string' && isJstDay(text) ? text : undefined;
  };
  const end = (last: JstDay | undefined): JstDay | undefined => last && addDays(last, 1);
  switch (type) {
    case 'IdRegistered':
    case 'RegistrationVoided':
      return day('registeredOn');
    case 'IdDeregistered':
      return end(day('lastDay'));
    case 'RegistrationCorrected': {
      const [start, former] = [day('registeredOn'), day('formerRegisteredOn')];
      if (start !== former) return earliest([start, former]);
      return earliest([end(day('lastDay')), end(day('formerLastDay'))]);
    }
    default:
      return undefined;
  }
}

const earliest = (days: readonly (JstDay | undefined)[]): JstDay | undefined =>
  days.reduce((a, b) => (a === undefined ? b : b === undefined ? a : earlierDay(a, b)));

/** The first and the last month before another that is billed by other days or another quote. */
function monthsTouched(
  before: ContractFacts,
  after: ContractFacts,
  end: ServiceMonth,
): { readonly from: ServiceMonth; readonly to: ServiceMonth } | undefined {
  const start = earliest([before.billingStart, after.billingStart]);
  if (start === undefined) return undefined;
  let [from, to]: [ServiceMonth?, ServiceMonth?] = [];
  for (let month = monthOfDay(start); month < end; month = nextMonth(month))
    if (!isSameBasis(basisOfMonth(before, month), basisOfMonth(after, month))) {
      from ??= month;
      to = month;
    }
  return from === undefined || to === undefined ? undefined : { from, to };
}
