import type { FeeId } from '@smartkey/kernel';
import { monthOfDay, nextMonth, type ServiceMonth } from '@smartkey/calendar';
import { basisOfMonth, isSameBasis } from '@smartkey/terms';
import type { AcceptedContract, ContractState } from '../contract.state.ts';
import type { Fee } from '../fees/fees.state.ts';
import { billingFactsOf } from './contract-basis.ts';
import type { Issued } from './issued.ts';

/**
 * The months that a command's facts lie in, of those that are issued, whether or not a yen changes, and of those that a later
 * issued month has overtaken and that owe something now (Invoices). In order.
 * @param before the contract without the command's events; `after` with them.
 */
export function touchedMonths(
  before: ContractState,
  after: ContractState,
  issued: Issued,
): readonly ServiceMonth[] {
  const last = issued.months.at(-1);
  if (last === undefined || before.stage !== 'accepted' || after.stage !== 'accepted') return [];
  const touched: ServiceMonth[] = [];
  for (let month = monthOfDay(after.acceptance.acceptedOn); month <= last; month = nextMonth(month)) {
    const counts = issued.months.includes(month) || owesSomething(after, month);
    if (counts && isTouched(before, after, month, issued)) touched.push(month);
  }
  return touched;
}

function isTouched(
  before: AcceptedContract,
  after: AcceptedContract,
  month: ServiceMonth,
  issued: Issued,
): boolean {
  const [was, is] = [before, after].map((contract) => basisOfMonth(billingFactsOf(contract), month));
  if (!isSameBasis(was!, is!)) return true;
  const [owed, owes] = [before, after].map((contract) => feesIn(contract, month, issued));
  return owed!.length !== owes!.length || owed!.some((fee) => !owes!.includes(fee));
}

/** Fees that arose in a month, and those that a document of the month carries. */
const feesIn = ({ fees }: AcceptedContract, month: ServiceMonth, issued: Issued): readonly FeeId[] =>
  fees
    .filter((fee) => isOwed(fee) && (monthOfDay(fee.arisenOn) === month || issued.fees[fee.fee] === month))
    .map(({ fee }) => fee);

const isOwed = ({ amount, waived }: Fee): boolean => amount !== '0' && waived === undefined;

/** Whether a month that is not issued is due: it meets the billing window, or a fee above 0 yen arose in it. */
const owesSomething = (contract: AcceptedContract, month: ServiceMonth): boolean =>
  basisOfMonth(billingFactsOf(contract), month).window !== undefined ||
  contract.fees.some((fee) => isOwed(fee) && monthOfDay(fee.arisenOn) === month);
