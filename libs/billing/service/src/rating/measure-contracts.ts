import type { FeeId } from '@smartkey/kernel';
import {
  endOfClose,
  issuerEntryIn,
  issuerIn,
  lateFees,
  monthsToConsider,
  recipientOf,
  type BillingProfile,
  type Issuer,
  type LateFact,
  type MeasuredMonth,
  type Recipient,
} from '@smartkey/billing-domain';
import { firstDayOf, monthOfDay, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import { quoteFor, type ContractFacts } from '@smartkey/facts';
import { billingWindowIn, planIn } from '@smartkey/terms';
import { groupByContract, type Billed, type IssuedInvoice } from '../documents/billed.query.ts';
import { daysLived } from '../ledger/days-lived.ts';
import type { DaysOf } from '../ledger/days-of.ts';
import { answeredFeesOf, lateFactsOf, lateMonthsOf, type LateMonths } from '../ledger/late-facts.query.ts';
import { successesOf } from '../ledger/successes.query.ts';
import { usedDaysOf } from '../ledger/used-days.query.ts';
import type { SharedSeal } from '@smartkey/secrets';
import { Turns } from '@smartkey/lifecycle';
import type { SettingsInForce } from '../settings/settings-in-force.ts';
import { openedRecipient } from '../log/sealed-recipient.ts';

/** One contract and what billing has done for it. */
export interface ContractToRate {
  readonly facts: ContractFacts;
  readonly billed: Pick<Billed, 'issued' | 'lastIssued' | 'fees' | 'documents'>;
  /** What is agreed of its documents. */
  readonly profile: BillingProfile;
}

export interface RatingOptions {
  readonly closing: ServiceMonth;
  /** Takes up what later months have overtaken, also where that lies after the month to close. */
  readonly overtaken?: boolean;
  readonly settings: SettingsInForce;
  /** Opens addresses of recipients. */
  readonly parties: SharedSeal;
  /** Days after this one have not been used yet: for a look at a month that goes on, or has not begun. */
  readonly measuredTo?: JstDay;
  /** Measures so many months and no more, but the whole of the first contract: those that are left out come the next time. */
  readonly most?: number;
}

/** A contract with its months that are not issued, ascending, each with what was used in it. */
export interface MeasuredContract extends ContractToRate {
  readonly closing: ServiceMonth;
  /** Of a month that can owe nothing there is nothing but its name. */
  readonly months: readonly (MeasuredMonth | ServiceMonth)[];
  /** Issued months that may have come to differ. */
  readonly again: readonly MeasuredMonth[];
  readonly lateFacts: readonly LateFact[];
}

type Unmeasured = { -readonly [Part in keyof MeasuredMonth]: MeasuredMonth[Part] };

/**
 * What contracts used in the months that they may owe: the one way from ledger to document, for preview and close alike.
 * Issued months that late facts may concern are measured again. Reads quantities of all contracts in two statements.
 * @returns in the order of the contracts, the first of them where there are too many months.
 */
export async function measureContracts(
  sql: Sql,
  contracts: readonly ContractToRate[],
  options: RatingOptions,
): Promise<readonly MeasuredContract[]> {
  const turns = new Turns();
  const unmeasured: Unmeasured[] = [];
  const found: (MeasuredContract & { readonly again: readonly Unmeasured[] })[] = [];
  const ids = contracts.map(({ facts }) => facts.contract);
  const late = groupByContract(await lateMonthsOf(sql, ids));
  const answered = groupByContract(await answeredFeesOf(sql, ids));
  for (const contract of contracts) {
    const recipient = recipientIn(contract.facts, contract.profile, options.parties);
    const months = monthsOf(contract, recipient, options);
    const { contract: id } = contract.facts;
    const answeredFees = new Set((answered.get(id) ?? []).map(({ fee }) => fee));
    const again = monthsToLookAtAgain(contract, late.get(id) ?? [], answeredFees).map((month) =>
      unmeasuredMonth(contract.facts, month, issuerOfMonth(options.settings, month), recipient),
    );
    const owing = [...again, ...months.filter((month) => typeof month !== 'string')];
    if (found.length > 0 && unmeasured.length + owing.length > (options.most ?? Infinity)) break;
    unmeasured.push(...owing);
    found.push({ ...contract, closing: options.closing, months, again, lateFacts: [] });
    await turns.next();
  }
  await measure(sql, unmeasured, options);
  const facts = await lateFactsOf(
    sql,
    found.filter(({ again }) => again.length > 0).map((each) => each.facts.contract),
  );
  return found.map((each) => ({ ...each, lateFacts: facts.get(each.facts.contract) ?? [] }));
}

/** Months of contracts, measured whole: what is not ended goes on to their end. In the order asked for. */
export async function measureMonths(
  sql: Sql,
  wanted: readonly (Pick<ContractToRate, 'facts' | 'profile'> & { readonly month: ServiceMonth })[],
  options: Pick<RatingOptions, 'settings' | 'parties'>,
): Promise<readonly MeasuredMonth[]> {
  const months = wanted.map(({ facts, profile, month }) =>
    unmeasuredMonth(
      facts,
      month,
      issuerOfMonth(options.settings, month),
      recipientIn(facts, profile, options.parties),
    ),
  );
  await measure(sql, months, {});
  return months;
}

function monthsOf(
  { facts, billed }: ContractToRate,
  recipient: Recipient | undefined,
  { closing, overtaken, settings }: RatingOptions,
): (Unmeasured | ServiceMonth)[] {
  const feeMonths = new Set(
    facts.fees
      .filter(({ fee, waived, amount }) => !waived && amount !== '0' && !billed.fees.has(fee))
      .filter(({ arisenOn }) => !billed.issued.has(monthOfDay(arisenOn)))
      .map(({ arisenOn }) => monthOfDay(arisenOn)),
  );
  const { billingStart } = facts;
  const life = {
    issued: billed.issued,
    feeDays: [...feeMonths].map(firstDayOf),
    ...(billingStart !== undefined && { billingStart }),
  };
  const upTo = overtaken === true ? endOfClose(closing, billed.lastIssued) : closing;
  return monthsToConsider(life, upTo).map((month) => {
    const mayOwe = billingWindowIn(facts, month) !== undefined || feeMonths.has(month);
    return mayOwe ? unmeasuredMonth(facts, month, issuerOfMonth(settings, month), recipient) : month;
  });
}

/**
 * Issued months to look at again: those that a fact came late for, those with a late fee, those whose documents carry a fee that was waived.
 * @param answered fees of which nothing is left to be billed; whoever looks at a month as it was once knows of none.
 */
export function monthsToLookAtAgain(
  { facts, billed }: Omit<ContractToRate, 'profile'>,
  late: readonly LateMonths[],
  answered: ReadonlySet<FeeId> = new Set(),
): readonly ServiceMonth[] {
  const months = new Set<ServiceMonth>();
  if (late.length > 0)
    for (const [month, invoice] of billed.issued)
      if (late.some((each) => isLateFor(each, month, invoice))) months.add(month);
  for (const { arisenOn } of lateFees({
    life: facts,
    fees: facts.fees,
    invoiced: billed.fees,
    issued: billed.issued,
  }))
    months.add(monthOfDay(arisenOn));
  for (const { fee, waived } of facts.fees) {
    const carrier = waived && !answered.has(fee) ? billed.fees.get(fee) : undefined;
    if (carrier !== undefined) months.add(carrier);
  }
  return [...months].sort();
}

/** Whether facts came for a month after its invoice had been drawn up; where that cannot be told, they may have. */
const isLateFor = (
  { source, from, to, position }: LateMonths,
  month: ServiceMonth,
  { readContract, readRegistry }: IssuedInvoice,
): boolean =>
  from <= month && month <= to && position > (source === 'contract' ? readContract : readRegistry);

/** The issuer as documents of a month show it. */
export function issuerOfMonth({ issuers }: SettingsInForce, month: ServiceMonth): Issuer {
  const { name, registrationNumber } = issuerEntryIn(issuers, month);
  return issuerIn(month, { name, registrationNumber });
}

/** Whom documents of a contract are made out to, in the clear. */
export const recipientIn = (
  { contract, recipient }: ContractFacts,
  profile: BillingProfile,
  parties: SharedSeal,
): Recipient | undefined => recipientOf(profile, recipient && openedRecipient(parties, contract, recipient));

/** A month as the contract's facts have it, nothing measured yet. */
export function unmeasuredMonth(
  facts: ContractFacts,
  month: ServiceMonth,
  issuer: Issuer,
  recipient: Recipient | undefined,
): Unmeasured {
  const window = billingWindowIn(facts, month);
  const plan = planIn(facts, month);
  const quote = quoteFor(facts, month);
  return {
    contract: facts.contract,
    month,
    ...(window && { window }),
    ...(plan && { plan }),
    ...(quote && { quote }),
    usedDays: [],
    successes: 0,
    ...(recipient && { recipient }),
    issuer,
  };
}

/** Fills in what was used, of each month by its own plan: the other plan's measure is free (第1条). */
async function measure(
  sql: Sql,
  months: readonly Unmeasured[],
  { measuredTo }: Pick<RatingOptions, 'measuredTo'>,
): Promise<void> {
  const lived = months.flatMap((month) => {
    const days = month.window && daysLived(month.window, measuredTo);
    return days === undefined ? [] : [{ month, days: { contract: month.contract, days } satisfies DaysOf }];
  });
  const enterprise = lived.filter(({ month }) => month.plan === 'enterprise');
  const provider = lived.filter(({ month }) => month.plan === 'service-provider');
  const usedDays = await usedDaysOf(
    sql,
    enterprise.map(({ days }) => days),
  );
  const successes = await successesOf(
    sql,
    provider.map(({ days }) => days),
  );
  enterprise.forEach(({ month }, index) => (month.usedDays = usedDays[index]!));
  provider.forEach(({ month }, index) => (month.successes = successes[index]!));
}
