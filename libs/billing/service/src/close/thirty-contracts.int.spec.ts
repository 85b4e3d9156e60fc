import type { ContractId, FeeId, AccountId } from '@smartkey/kernel';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  CURRENT_RULES,
  DEFAULT_POLICIES,
  histogramOf,
  isOwed,
  type ArisenFee,
  type Invoice,
} from '@smartkey/billing-domain';
import {
  addDays,
  addMonths,
  distinctDays,
  firstDayOf,
  lastDayOf,
  monthOfDay,
  nextMonth,
  numberOfDay,
  startOfDay,
  type DaySpan,
  type JstDay,
  type ServiceMonth,
} from '@smartkey/calendar';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { sumOfYen, type Yen } from '@smartkey/money';
import type { SandboxClock } from '@smartkey/runtime';
import { billingWindowIn, governingQuote, type Quote } from '@smartkey/terms';
import { BillingWorld } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote } from '../testing/logs.fixture.ts';

jest.setTimeout(600_000);

const CONTRACTS = 30;
const MONTHS = 4;
const FACTS_A_MONTH = 60;

/** Numbers that look random and are the same every time. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Told {
  readonly contract: ContractId;
  readonly quotes: Quote[];
  readonly accounts: Map<AccountId, DaySpan & { readonly spell: 1 }>;
  readonly fees: ArisenFee[];
  start: JstDay;
  end: JstDay | undefined;
}

interface Row {
  readonly month: ServiceMonth;
  readonly number: string | null;
  readonly item: string;
  readonly fee?: FeeId;
  readonly taxCode: string;
  readonly difference: Yen;
}

let server: DatabaseServer;
beforeAll(async () => {
  server = await openPglite(undefined);
});
afterAll(() => server.close());

/** Thirty contracts over four months: what they say is entered on time and late, in any order, with a close after each month. */
class ManyContracts {
  readonly told: Told[] = [];
  #accounts = 0;

  constructor(
    private readonly world: BillingWorld,
    private readonly first: ServiceMonth,
    private readonly any: (below: number) => number,
  ) {}

  begin(): void {
    for (let n = 0; n < CONTRACTS; n += 1) {
      const contract = ctr(`s${n}`);
      const quote = enterpriseQuote(this.first, {
        accountFee: ['300', '0.33', '1234.5'][n % 3],
        baseFeeInPartialMonth: n % 2 === 0 ? 'full' : 'prorated',
      });
      const start = addDays(firstDayOf(this.first), this.any(20));
      this.world.logs.accepted(contract, firstDayOf(this.first), 'enterprise', start, quote);
      this.told.push({ contract, quotes: [quote], accounts: new Map(), fees: [], start, end: undefined });
      for (let each = 0; each < 3; each += 1) this.#register(this.told[n]!, firstDayOf(this.first));
    }
  }

  /** Something is said on a day, of that day or of any before it. */
  say(today: JstDay): void {
    const { logs } = this.world;
    const one = this.told[this.any(CONTRACTS)]!;
    const past = addDays(
      firstDayOf(this.first),
      this.any(numberOfDay(today) - numberOfDay(firstDayOf(this.first)) + 1),
    );
    const accounts = [...one.accounts];
    const [account, spell] = accounts[this.any(Math.max(accounts.length, 1))] ?? [];
    switch (this.any(9)) {
      case 0:
      case 1:
        return this.#register(one, past);
      case 2:
        if (account === undefined || spell === undefined || spell.to !== undefined || past < spell.from)
          return;
        logs.deregistered(one.contract, account, spell.from, past);
        one.accounts.set(account, { ...spell, to: past });
        return;
      case 3:
        if (account === undefined || spell === undefined) return;
        logs.voided(one.contract, account, spell as never);
        one.accounts.delete(account);
        return;
      case 4:
        if (account === undefined || spell === undefined || past > (spell.to ?? past)) return;
        logs.corrected(one.contract, account, spell as never, { ...spell, from: past } as never);
        one.accounts.set(account, { ...spell, from: past });
        return;
      case 5:
        logs.billingStart(one.contract, today, past);
        one.start = past;
        return;
      case 6: {
        const amount: Yen = `${BigInt(1 + this.any(20_000))}`;
        const message = logs.fee(one.contract, past, amount);
        const { fee } = message.data as { fee: FeeId };
        one.fees.push({
          fee,
          kind: 'one-time',
          amount,
          description: '',
          arisenOn: past,
          taxCode: 'standard',
          waived: false,
        });
        return;
      }
      case 7: {
        const index = this.any(Math.max(one.fees.length, 1));
        const fee = one.fees[index];
        if (fee === undefined || fee.waived) return;
        logs.waived(one.contract, today, fee.fee);
        one.fees[index] = { ...fee, waived: true };
        return;
      }
      default: {
        if (this.any(3) > 0) return;
        if (one.end === undefined) logs.cancelled(one.contract, today, past);
        else logs.cancellationCorrected(one.contract, past, past);
        one.end = past;
      }
    }
  }

  #register(one: Told, from: JstDay): void {
    const account: AccountId = `rid_${(this.#accounts += 1)}`;
    this.world.logs.registered(one.contract, account, from);
    one.accounts.set(account, { from, spell: 1 });
  }

  /** One rating over all facts, of the months that are issued. */
  rated({ accounts, quotes, start, end }: Told, issued: readonly ServiceMonth[]): Map<string, Yen> {
    const rated = new Map<string, Yen>();
    for (const month of issued) {
      const window = billingWindowIn({ billingStart: start, ...(end && { lastDay: end }) }, month);
      const quote = governingQuote(quotes, 'enterprise', month);
      if (window === undefined || quote === undefined) continue;
      const usedDays = histogramOf([...accounts.values()].map((spell) => distinctDays([spell], window)));
      const measured = {
        contract: 'ctr_1' as const,
        month,
        usedDays,
        successes: 0,
        issuer: { name: '', registrationNumber: null },
      };
      for (const line of CURRENT_RULES.monthlyLines(measured, window, quote, DEFAULT_POLICIES[0].yenRounding))
        add(rated, `${month}/${line.item}/${line.taxCode}`, line.amount);
    }
    return rated;
  }
}

function add(sums: Map<string, Yen>, key: string, amount: Yen): void {
  sums.set(key, sumOfYen([sums.get(key) ?? '0', amount]));
}
const withoutZeros = (sums: ReadonlyMap<string, string>) =>
  Object.fromEntries([...sums].filter(([, amount]) => amount !== '0').sort());

/** What documents bill, by month and item; of fees, by fee. */
function billed(documents: readonly Invoice[]): { monthly: Map<string, Yen>; fees: Map<string, Yen> } {
  const [monthly, fees] = [new Map<string, Yen>(), new Map<string, Yen>()];
  for (const { month: own, lines } of documents)
    for (const { item, fee, amount, taxCode, corrects } of lines) {
      const [month, what, which] =
        item === 'adjustment' ? [corrects!.month, corrects!.item, corrects!.fee] : [own, item, fee];
      if (which === undefined) add(monthly, `${month}/${what}/${taxCode}`, amount);
      else add(fees, which, amount);
    }
  return { monthly, fees };
}

describe.each(['2019-08', '2023-08'] as const)(
  'Corrections: thirty contracts over four months from %s',
  (first) => {
    it('net per item over all documents, and what waits, is one rating over all facts; every document verifies', async () => {
      const world = await BillingWorld.make(server, startOfDay(firstDayOf(first)));
      try {
        const any = chance(Number(first.slice(0, 4)));
        const many = new ManyContracts(world, first, any);
        world.logs.promise(startOfDay(firstDayOf(first)));
        many.begin();
        await world.start();
        let before: readonly string[] = [];
        for (let month: ServiceMonth = first; month < addMonths(first, MONTHS); month = nextMonth(month)) {
          for (let n = 0; n < FACTS_A_MONTH; n += 1) many.say(addDays(firstDayOf(month), any(28)));
          const today = firstDayOf(nextMonth(month));
          world.logs.promise(startOfDay(today));
          for (let n = 0; n < FACTS_A_MONTH / 2; n += 1) many.say(lastDayOf(month));
          await (world.clock as SandboxClock).takeOver(startOfDay(today));
          await world.caughtUp();
          expect((await world.close(month)).state).toBe('completed');

          const all: Invoice[] = [];
          for (let cursor: string | null = ''; cursor !== null;) {
            const page: { items: Invoice[]; nextCursor: string | null } = await world.get(
              `/invoices?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`,
            );
            all.push(...page.items);
            cursor = page.nextCursor;
          }
          all.forEach(({ number }, index) => expect(number).toBe(`SK-${String(index + 1).padStart(9, '0')}`));
          const now = all.map((document) => JSON.stringify(document));
          expect(now.slice(0, before.length)).toEqual(before);
          before = now;
          for (const told of many.told) {
            const own = all.filter(({ contract }) => contract === told.contract);
            const issued = own.filter(({ kind }) => kind === 'invoice').map((each) => each.month);
            const { monthly, fees } = billed(own);
            const waiting: Row[] = (
              await world.get<{ items: Row[] }>(
                `/contracts/${told.contract}/corrections?state=waiting&limit=200`,
              )
            ).items.filter(({ number }) => number !== null);
            for (const { month: of, item, fee, taxCode, difference } of waiting)
              if (fee === undefined) add(monthly, `${of}/${item}/${taxCode}`, difference);
              else add(fees, fee, difference);
            expect([told.contract, withoutZeros(monthly)]).toEqual([
              told.contract,
              withoutZeros(many.rated(told, issued)),
            ]);
            const owed = told.fees.filter(
              (fee) => isOwed(fee, new Set()) && issued.includes(monthOfDay(fee.arisenOn)),
            );
            expect([told.contract, withoutZeros(fees)]).toEqual([
              told.contract,
              withoutZeros(new Map(owed.map(({ fee, amount }) => [fee, amount]))),
            ]);
          }
        }
        for (const document of before) {
          const { number } = JSON.parse(document) as Invoice;
          expect([number, (await world.call('POST', `/invoices/${number}/verification`)).body]).toEqual([
            number,
            { identical: true },
          ]);
        }
      } finally {
        await world.dispose();
      }
    });
  },
);
