import type { Decimal, Yen } from '@smartkey/money';
import { endOfDay, startOfDay, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import type { Message } from '@smartkey/event-bus';
import type { Instant, AccountId, ContractId, FeeId } from '@smartkey/kernel';
import type { Plan, Quote } from '@smartkey/terms';
import type { SpellFacts } from '@smartkey/facts';
import { SourceLog } from './source-log.fixture.ts';

export const enterpriseQuote = (effectiveMonth: ServiceMonth, more: object = {}): Quote => ({
  id: `quo_${effectiveMonth}`,
  plan: 'enterprise',
  effectiveMonth,
  baseFee: '10000',
  baseFeeInPartialMonth: 'full',
  accountFee: '300',
  ...more,
});

export const providerQuote = (effectiveMonth: ServiceMonth, unitPrice: Decimal = '2'): Quote => ({
  id: `quo_s_${effectiveMonth}`,
  plan: 'service-provider',
  effectiveMonth,
  baseFee: '5000',
  baseFeeInPartialMonth: 'full',
  authApi: { model: 'perUnit', unitPrice },
});

/** An id of a contract, by a letter or number: `ctr('a')`. */
export const ctr = (name: string): ContractId => `ctr_${name.padStart(26, '0')}`;

/** What contract, registry and authentication have published, told as a story. */
export class Logs {
  readonly contract = new SourceLog('contract');
  readonly registry = new SourceLog('device-registry');
  readonly authentication = new SourceLog('authentication');
  readonly #spells = new Map<string, number>();

  get all(): readonly SourceLog[] {
    return [this.contract, this.registry, this.authentication];
  }

  promise(instant: Instant): void {
    for (const log of this.all) log.promise(instant);
  }

  private readonly about = (contract: ContractId, at: Instant) =>
    [`contract-${contract}`, contract, at] as const;

  accepted(
    contract: ContractId,
    on: JstDay,
    plan: Plan,
    billingStart: JstDay | undefined,
    ...quotes: Quote[]
  ): void {
    const at = this.about(contract, startOfDay(on));
    const recipient = { name: `${contract}株式会社` };
    this.contract.say(...at, 'ContractApplied', { plan, recipient });
    for (const quote of quotes) this.contract.say(...at, 'PriceQuoted', { quote });
    this.contract.say(...at, 'ContractAccepted', {
      plan,
      acceptedOn: on,
      termsVersion: '2018-01-01',
      recipient,
    });
    this.fee(contract, on, '0', 'initial');
    if (billingStart !== undefined) this.contract.say(...at, 'BillingStartSet', { date: billingStart });
  }

  quoted(contract: ContractId, on: JstDay, quote: Quote): void {
    this.contract.say(...this.about(contract, startOfDay(on)), 'PriceQuoted', { quote });
  }

  fee(
    contract: ContractId,
    arisenOn: JstDay,
    amount: Yen,
    kind: 'initial' | 'one-time' = 'one-time',
  ): Message {
    return this.contract.say(...this.about(contract, startOfDay(arisenOn)), 'FeeObligationArose', {
      fee: `fee_${contract}_${this.contract.messages.length}`,
      kind,
      amount,
      description: kind === 'initial' ? 'initial fee' : '変更手数料',
      arisenOn,
      taxCode: 'standard',
      termsVersion: '2018-01-01',
    });
  }

  waived(contract: ContractId, on: JstDay, fee: FeeId, more: { readonly mistake?: true } = {}): void {
    this.contract.say(...this.about(contract, startOfDay(on)), 'FeeWaived', { fee, ...more });
  }

  billingStart(contract: ContractId, on: JstDay, date: JstDay): void {
    this.contract.say(...this.about(contract, startOfDay(on)), 'BillingStartSet', { date });
  }

  planChanged(contract: ContractId, acceptedOn: JstDay, plan: Plan, fromMonth: ServiceMonth): void {
    this.contract.say(...this.about(contract, startOfDay(acceptedOn)), 'PlanChangeAccepted', {
      planChange: `pch_${contract}_${fromMonth}`,
      plan,
      fromMonth,
    });
  }

  cancelled(contract: ContractId, on: JstDay, effectiveDay: JstDay): void {
    const arrivedAt = startOfDay(on);
    this.contract.say(...this.about(contract, arrivedAt), 'CancellationNotified', {
      cancellation: `can_${contract}`,
      arrivedAt,
      form: 'portal',
      effectiveDay,
    });
  }

  cancellationCorrected(contract: ContractId, arrived: JstDay, effectiveDay: JstDay): void {
    const arrivedAt = startOfDay(arrived);
    this.contract.say(...this.about(contract, arrivedAt), 'CancellationCorrected', {
      cancellation: `can_${contract}`,
      arrivedAt,
      effectiveDay,
    });
  }

  /** A spell of registration; still on where `lastDay` is missing. */
  registered(contract: ContractId, account: AccountId, registeredOn: JstDay, lastDay?: JstDay): void {
    const spell = (this.#spells.get(account) ?? 0) + 1;
    this.#spells.set(account, spell);
    const stream = `account-${account}`;
    this.registry.say(stream, contract, startOfDay(registeredOn), 'IdRegistered', {
      account,
      spell,
      registeredOn,
    });
    if (lastDay !== undefined) this.deregistered(contract, account, registeredOn, lastDay, spell);
  }

  deregistered(
    contract: ContractId,
    account: AccountId,
    registeredOn: JstDay,
    lastDay: JstDay,
    spell = 1,
  ): void {
    this.registry.say(`account-${account}`, contract, endOfDay(lastDay), 'IdDeregistered', {
      account,
      spell,
      registeredOn,
      lastDay,
      cause: 'request',
    });
  }

  /** A spell has other days than were told. */
  corrected(
    contract: ContractId,
    account: AccountId,
    spell: SpellFacts,
    days: Omit<SpellFacts, 'spell'>,
  ): void {
    this.registry.say(`account-${account}`, contract, startOfDay(days.from), 'RegistrationCorrected', {
      account,
      spell: spell.spell,
      registeredOn: days.from,
      ...(days.to === undefined ? {} : { lastDay: days.to }),
      formerRegisteredOn: spell.from,
      ...(spell.to === undefined ? {} : { formerLastDay: spell.to }),
    });
  }

  /** A spell was told by mistake. */
  voided(contract: ContractId, account: AccountId, { spell, from, to }: SpellFacts): void {
    this.registry.say(`account-${account}`, contract, startOfDay(from), 'RegistrationVoided', {
      account,
      spell,
      registeredOn: from,
      ...(to === undefined ? {} : { lastDay: to }),
    });
  }

  succeeded(contract: ContractId, account: AccountId, at: Instant): void {
    this.authentication.say(`authentication-${account}`, contract, at, 'AuthSucceeded', {
      account,
      device: 'dev_1',
      authentication: `aut_${this.authentication.messages.length}`,
    });
  }

  /** The same number of accounts for a span, `a0`, `a1`, … */
  registeredMany(contract: ContractId, prefix: AccountId, count: number, from: JstDay, to?: JstDay): void {
    for (let n = 0; n < count; n += 1) this.registered(contract, `${prefix}${n}`, from, to);
  }
}
