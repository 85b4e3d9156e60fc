import {
  endOfClose,
  issuerEntryIn,
  issuerIn,
  monthsToConsider,
  recipientOf,
  type BillingProfile,
  type InvoiceInputs,
  type Issuer,
  type Recipient,
} from '@smartkey/billing-domain';
import { lastDayOf, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import { quoteFor, type ContractFacts } from '@smartkey/facts';
import { billingWindowIn, planIn } from '@smartkey/terms';
import type { Billed } from '../documents/billed.query.ts';
import { daysLived } from '../ledger/days-lived.ts';
import type { DaysOf } from '../ledger/days-of.ts';
import { successesOf } from '../ledger/successes.query.ts';
import { usedDaysOf } from '../ledger/used-days.query.ts';
import type { SharedSeal } from '@smartkey/secrets';
import type { SettingsInForce } from '../settings/settings-in-force.ts';
import { openedRecipient } from '../log/sealed-recipient.ts';
import { Turns } from '../shared/turns.ts';

/** One contract and what billing has done for it. */
export interface ContractToRate {
  readonly facts: ContractFacts;
  readonly billed: Pick<Billed, 'issued' | 'lastIssued' | 'fees'>;
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

/** A month of a contract with everything but its fees, which depend on the documents before it. */
export type MeasuredMonth = Omit<InvoiceInputs, 'fees'>;

/** A contract with its months that are not issued, ascending, each with what was used in it. */
export interface MeasuredContract extends ContractToRate {
  readonly closing: ServiceMonth;
  /** Of a month that can owe nothing there is nothing but its name. */
  readonly months: readonly (MeasuredMonth | ServiceMonth)[];
}

type Unmeasured = { -readonly [Part in keyof MeasuredMonth]: MeasuredMonth[Part] };

/**
 * What contracts used in the months that they may owe: the one way from ledger to document, for preview and close alike.
 * Reads quantities of all contracts in two statements.
 * @returns in the order of the contracts, the first of them where there are too many months.
 */
export async function measureContracts(
  sql: Sql,
  contracts: readonly ContractToRate[],
  options: RatingOptions,
): Promise<readonly MeasuredContract[]> {
  const turns = new Turns();
  const unmeasured: Unmeasured[] = [];
  const found: MeasuredContract[] = [];
  for (const contract of contracts) {
    const months = monthsOf(contract, options);
    const owing = months.filter((month) => typeof month !== 'string');
    if (found.length > 0 && unmeasured.length + owing.length > (options.most ?? Infinity)) break;
    unmeasured.push(...owing);
    found.push({ ...contract, closing: options.closing, months });
    await turns.next();
  }
  await measure(sql, unmeasured, options);
  return found;
}

function monthsOf(
  { facts, billed, profile }: ContractToRate,
  { closing, overtaken, settings, parties }: RatingOptions,
): (Unmeasured | ServiceMonth)[] {
  const outstanding = facts.fees.filter(
    ({ fee, waived, amount }) => !waived && amount !== '0' && !billed.fees.has(fee),
  );
  const feeDays = outstanding.map(({ arisenOn }) => arisenOn);
  const { billingStart } = facts;
  const life = { issued: billed.issued, feeDays, ...(billingStart !== undefined && { billingStart }) };
  const upTo = overtaken === true ? endOfClose(closing, billed.lastIssued) : closing;
  const firstFee = feeDays.reduce<JstDay | undefined>(
    (a, b) => (a === undefined || b < a ? b : a),
    undefined,
  );
  const recipient = recipientIn(facts, profile, parties);
  return monthsToConsider(life, upTo).map((month) => {
    const mayOwe =
      billingWindowIn(facts, month) !== undefined || (firstFee !== undefined && firstFee <= lastDayOf(month));
    return mayOwe ? monthOf(facts, month, issuerOf(settings, month), recipient) : month;
  });
}

/** The issuer as documents of a month show it. */
function issuerOf({ issuers }: SettingsInForce, month: ServiceMonth): Issuer {
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
export function monthOf(
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
  { measuredTo }: RatingOptions,
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
