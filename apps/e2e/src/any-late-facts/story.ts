import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Phone } from '@smartkey/api-client';
import { System } from '@smartkey/testing/end-to-end';
import {
  add,
  billedBy,
  keyOf,
  lastIssuedOf,
  mustBeOneSeries,
  mustBeTaxedRight,
  type Document,
  type WaitingRow,
} from './documents.ts';
import { DyingCalls, type Answer } from './dying-calls.ts';
import { MONTHS, type Fact, type LivedMonth } from './history.ts';
import { PRICES, quoteForm, Teller } from './teller.ts';
import { daysAfter, nextMonthOf, owedUpTo, type ToldContract } from './told-contract.ts';

/** Contracts that begin in 2019, in 2023, and of the former those that go on all the time between. */
const BEGIN = { '2019-08': 15, '2023-08': 15 } as const;
const GO_ON = 3;
/** Of so many contracts one is billed by successes. */
const PROVIDERS = 6;
const SETTINGS = {
  SMARTKEY_ISSUER_NAME: '見本株式会社',
  SMARTKEY_ISSUER_REGISTRATION_NUMBER: 'T7123456789012',
  // It is about what documents say, not about how they look.
  SMARTKEY_RENDERING: 'on-demand',
  SMARTKEY_CLOCK_START: `${MONTHS[0]}-01T00:00:00+09:00`,
};
/** What waits follows the logs by a moment; what has not come after so long never comes (system time). */
const PATIENCE_MILLIS = 20_000;

export interface StoryOutcome {
  readonly documents: number;
  readonly corrections: number;
  readonly adjustments: number;
  readonly creditNotes: number;
  readonly taken: number;
  readonly refused: number;
  readonly kills: number;
}

/**
 * Thirty contracts lived through {@link MONTHS} by the public surface alone, with late facts of any kind in any order, the sandbox clock
 * leaping between the months, a close after each, and the program dying at any point of it. What was acknowledged is kept beside it and
 * rated anew by arithmetic of its own.
 * @throws AssertionError where documents and what waits are not what was told.
 */
export async function liveThrough(history: readonly LivedMonth[]): Promise<StoryOutcome> {
  const system = await System.start(SETTINGS);
  try {
    const keyOf = async (role: string, name: string): Promise<string> =>
      (await system.operator.post<{ key: string }>('/keys', { role, name })).key;
    const persons = [await keyOf('operator', '鈴木'), await keyOf('finance', '田中')] as const;
    return await new Story(new DyingCalls(system), persons).live(history);
  } finally {
    await system.dispose();
  }
}

class Story {
  readonly #told: ToldContract[] = [];
  readonly #phones = new Map<string, { readonly externalId: string; readonly phone: Phone }>();
  /** By number, as they were read first. */
  readonly #documents = new Map<string, string>();
  readonly #teller: Teller;

  constructor(
    private readonly calls: DyingCalls,
    [asks, approves]: readonly [asks: string, approves: string],
  ) {
    this.#teller = new Teller(calls, this.#told, () => this.#read(), asks, approves);
  }

  async live(history: readonly LivedMonth[]): Promise<StoryOutcome> {
    for (const [index, month] of MONTHS.entries()) await this.#live(month, history[index]!);
    for (const number of this.#documents.keys())
      assert.deepEqual(
        [number, await this.calls.operator.post(`/invoices/${number}/verification`)],
        [number, { identical: true }],
      );
    assert.equal((await this.calls.operator.post<{ sound: boolean }>('/audit/verification', {})).sound, true);
    const documents = this.#read();
    const ofKind = (kind: Document['kind']): number => documents.filter((each) => each.kind === kind).length;
    return {
      documents: documents.length,
      corrections: ofKind('correction'),
      adjustments: documents.flatMap(({ lines }) => lines).filter(({ item }) => item === 'adjustment').length,
      creditNotes: ofKind('credit-note'),
      taken: this.calls.taken,
      refused: this.calls.refused,
      kills: this.calls.kills,
    };
  }

  #read(): readonly Document[] {
    return [...this.#documents.values()].map((text) => JSON.parse(text) as Document);
  }

  async #live(month: string, { early, late, kill, closedAfter, ...rest }: LivedMonth): Promise<void> {
    if (month in BEGIN) {
      await this.#on(`${month}-01`);
      await this.#begin(BEGIN[month as keyof typeof BEGIN]);
    }
    await this.#on(`${month}-15`);
    await this.#signIn();
    if (month === '2019-11') await this.#endMost();
    const at = async (facts: readonly Fact[], first: number): Promise<void> => {
      for (const [index, fact] of facts.entries()) {
        if (kill?.at === first + index) this.calls.killAfterMillis = kill.afterMillis;
        await this.#teller.say(fact);
      }
    };
    await at(early, 0);
    await this.#on(daysAfter(`${nextMonthOf(month)}-01`, closedAfter));
    await at(late, early.length);
    await this.#compare();
    this.calls.killAfterMillis = rest.closeKilledAfterMillis ?? undefined;
    await this.calls.close(month);
    await this.#compare();
  }

  async #on(day: string): Promise<void> {
    this.#teller.today = day;
    await this.calls.steps.setClock(`${day}T12:00:00+09:00`);
  }

  async #begin(count: number): Promise<void> {
    const first = this.#told.length;
    for (let n = first; n < first + count; n += 1) {
      const plan = n % PROVIDERS === PROVIDERS - 1 ? 'service-provider' : 'enterprise';
      const month = this.#teller.today.slice(0, 7);
      const quote = {
        month,
        baseFee: String(1_000 * (n % 11)),
        prorated: n % 2 === 0,
        price: PRICES[n % PRICES.length]!,
      };
      const id = await this.calls.steps.apply(plan);
      const given = await this.calls.operator.post<Answer>(`/contracts/${id}/quotes`, quoteForm(plan, quote));
      // Of some the start is set only later, or never.
      const start = n % 7 === 6 ? undefined : daysAfter(this.#teller.today, n % 20);
      await this.calls.operator.post(`/contracts/${id}/acceptance`, {
        ...(start !== undefined && { billingStartDate: start }),
      });
      const told: ToldContract = {
        id,
        plan,
        acceptedOn: this.#teller.today,
        start,
        notice: undefined,
        quotes: [{ id: given.id, ...quote }],
        accounts: new Map(),
        fees: [],
        successes: [],
      };
      this.#told.push(told);
      for (let each = 0; each < 2; each += 1) {
        const externalId = this.#teller.newPerson();
        const account = await this.calls.steps.register(id, externalId);
        told.accounts.set(account, [{ from: this.#teller.today }]);
        if (plan === 'service-provider' && each === 0)
          this.#phones.set(id, { externalId, phone: await this.calls.steps.enrol(id, account) });
      }
    }
  }

  /** Everybody with a phone, once; whom a fact of chance has deregistered is refused. */
  async #signIn(): Promise<void> {
    const now = `${this.#teller.today}T12:00:00+09:00`;
    for (const told of this.#told) {
      const person = this.#phones.get(told.id);
      if (person === undefined) continue;
      const { result } = await this.calls.steps.authenticate(
        told.id,
        person.externalId,
        person.phone.codeAt(now),
      );
      if (result === 'success') told.successes.push(this.#teller.today);
    }
  }

  /** Most of the first contracts end with the year. */
  async #endMost(): Promise<void> {
    for (const told of this.#told.slice(GO_ON))
      if (told.notice === undefined) await this.#teller.cancel(told, this.#teller.today, '2019-12-31');
  }

  /** Documents and what waits are one rating of all that was told; the documents of before are the same. */
  async #compare(): Promise<void> {
    const documents: Document[] = [];
    for await (const document of this.calls.operator.pages<Document>('/invoices?limit=200')) {
      const text = JSON.stringify(document);
      assert.equal(this.#documents.get(document.number) ?? text, text, 'a document has changed');
      this.#documents.set(document.number, text);
      documents.push(document);
    }
    mustBeOneSeries(documents);
    mustBeTaxedRight(documents);
    const billed = billedBy(documents);
    const owed = new Map(this.#told.flatMap((told) => [...owedUpTo(told, lastIssuedOf(documents, told.id))]));
    const sorted = (sums: ReadonlyMap<string, bigint>) => [...sums].map(String).sort();
    const deadline = Date.now() + PATIENCE_MILLIS;
    for (;;) {
      const sums = new Map(billed);
      for await (const row of this.calls.operator.pages<WaitingRow>('/corrections?state=waiting&limit=200'))
        add(sums, keyOf(row), row.difference);
      if (isDeepStrictEqual(sorted(sums), sorted(owed))) return;
      if (Date.now() > deadline)
        assert.deepEqual(sorted(sums), sorted(owed), 'documents and what waits are not what was told');
      await pause(100);
    }
  }
}
