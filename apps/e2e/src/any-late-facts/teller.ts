import assert from 'node:assert/strict';
import type { Answer, DyingCalls } from './dying-calls.ts';
import type { Document } from './documents.ts';
import { MONTHS, type Fact } from './history.ts';
import { effectiveDayOf, governing, type ToldContract, type ToldQuote } from './told-contract.ts';

export const PRICES = ['300', '0.33', '1234.5'];

/** What waits for another person, and what holds once that person has approved it. */
interface Proposal {
  readonly approval: string;
  readonly told: () => void;
}

/** Says facts of chance to the service, and keeps what it acknowledges. */
export class Teller {
  today = '';
  #people = 0;
  readonly #proposals: Proposal[] = [];

  constructor(
    private readonly calls: DyingCalls,
    private readonly told: readonly ToldContract[],
    private readonly documents: () => readonly Document[],
    /** Keys of two persons. */
    private readonly asks: string,
    private readonly approves: string,
  ) {}

  newPerson(): string {
    this.#people += 1;
    return `person-${this.#people}`;
  }

  async say(fact: Fact): Promise<void> {
    const told = this.told[fact.contract % this.told.length]!;
    const months = MONTHS.filter((month) => month <= this.today.slice(0, 7));
    const month = months[fact.month % months.length]!;
    const day = this.#reached(told, `${month}-${String(1 + (fact.day % 28)).padStart(2, '0')}`);
    switch (fact.kind) {
      case 'register':
        return this.#register(told, day);
      case 'end':
      case 'void':
      case 'spell':
        return this.#ofAccount(fact, told, day);
      case 'start':
        return this.#move(told, fact, day);
      case 'fee':
        return this.#charge(told, fact, day);
      case 'waiver':
        return this.#waive(told, fact);
      case 'cancellation':
        // Of few, so that most contracts live.
        return fact.size % 3 > 0 ? undefined : this.cancel(told, day, undefined);
      case 'quote':
        return this.#quote(told, fact, day.slice(0, 7));
      case 'credit-note':
        return this.#credit(fact);
      case 'decision': {
        const proposal = this.#proposals.shift();
        return proposal && this.#decide(proposal, fact.size % 4 > 0);
      }
    }
  }

  /** A day that the contract has lived. */
  #reached({ acceptedOn }: ToldContract, day: string): string {
    const days = [acceptedOn, day, this.today].sort();
    return days[1]!;
  }

  async #register(told: ToldContract, day: string): Promise<void> {
    const form = { externalId: this.newPerson(), registeredOn: day, reason: '漏れ' };
    const answer = await this.#send('POST', `/contracts/${told.id}/ids`, form);
    if (answer !== undefined) told.accounts.set(answer.id, [{ from: day }]);
  }

  async #ofAccount({ kind, pick, size }: Fact, told: ToldContract, day: string): Promise<void> {
    const accounts = [...told.accounts].filter(([, spells]) => spells.length > 0);
    const [account, spells] = accounts[pick % Math.max(accounts.length, 1)] ?? [];
    if (account === undefined || spells === undefined) return;
    const spell = spells.at(-1)!;
    const path = `/contracts/${told.id}/ids/${account}`;
    const shown = await this.calls.operator.get<Answer>(path);
    const place = `${path}/registrations/${shown.spells!.at(-1)!.id}`;
    if (kind === 'void') {
      if (await this.#send('POST', `${place}/void`, { reason: '誤り' })) spells.pop();
    } else if (kind === 'end') {
      if (await this.#send('DELETE', `${path}?on=${day}&reason=x`)) spell.to = day;
    } else {
      const form = size % 2 === 0 ? { registeredOn: day } : { deregisteredOn: day };
      if (await this.#send('PUT', place, { ...form, reason: '誤り' }))
        if (size % 2 === 0) spell.from = day;
        else spell.to = day;
    }
  }

  async #move(told: ToldContract, { size }: Fact, day: string): Promise<void> {
    const form = { date: day, reason: '合意', ...(told.start !== undefined && { agreement: '書面' }) };
    await this.#ask(size, () => (told.start = day), 'PUT', `/contracts/${told.id}/billing-start-date`, form);
  }

  async #charge(told: ToldContract, { size, pick }: Fact, day: string): Promise<void> {
    const outOfScope = pick % 5 === 0;
    const amount = String(1 + size);
    const answer = await this.#send('POST', `/contracts/${told.id}/one-time-fees`, {
      amount,
      description: '設定作業',
      occurredOn: day,
      ...(outOfScope && { taxCode: 'out-of-scope' }),
    });
    if (answer !== undefined) told.fees.push({ id: answer.id, day, amount, outOfScope, waived: false });
  }

  async #waive(told: ToldContract, { pick, size }: Fact): Promise<void> {
    const fee = told.fees[pick % Math.max(told.fees.length, 1)];
    if (fee === undefined) return;
    const mistake = size % 3 === 0 ? '&mistake=true' : '';
    const path = `/contracts/${told.id}/one-time-fees/${fee.id}?reason=goodwill${mistake}`;
    await this.#ask(size, () => (fee.waived = true), 'DELETE', path);
  }

  /** A notice on paper; where one stands it is corrected. */
  async cancel(told: ToldContract, arrivedOn: string, requestedDay: string | undefined): Promise<void> {
    const path = `/contracts/${told.id}/cancellation`;
    const arrivedAt = `${arrivedOn}T09:00:00+09:00`;
    const { notice } = told;
    const answer =
      notice === undefined
        ? await this.#send('POST', path, { form: 'paper', arrivedAt, ...(requestedDay && { requestedDay }) })
        : await this.#send('PUT', `${path}/${notice.id}`, { arrivedAt, reason: '誤読' });
    if (answer === undefined) return;
    const asked = notice === undefined ? requestedDay : notice.requestedDay;
    const effectiveDay = effectiveDayOf(arrivedOn, asked);
    assert.equal(answer.effectiveDay, effectiveDay);
    told.notice = { id: answer.id, effectiveDay, ...(asked !== undefined && { requestedDay: asked }) };
  }

  async #quote(told: ToldContract, { size, pick }: Fact, month: string): Promise<void> {
    const quote = {
      month,
      baseFee: String(size),
      prorated: pick % 2 === 0,
      price: PRICES[pick % PRICES.length]!,
    };
    const replaces = governing(told.quotes, month)?.id;
    const form = {
      ...quoteForm(told.plan, quote),
      ...(replaces !== undefined && { replaces }),
      reason: '合意',
      agreement: '書面',
    };
    await this.#ask(
      pick,
      (id) => told.quotes.push({ id, ...quote }),
      'POST',
      `/contracts/${told.id}/quotes`,
      form,
    );
  }

  async #credit({ pick, size }: Fact): Promise<void> {
    const invoices = this.documents().filter(({ kind, taxes }) => kind === 'invoice' && taxes.length > 0);
    const invoice = invoices[pick % Math.max(invoices.length, 1)];
    if (invoice === undefined) return;
    const answer = await this.#send('POST', `/invoices/${invoice.number}/credit-notes`, {
      amount: String(1 + (size % 3_000)),
      taxCode: invoice.taxes[0]!.taxCode,
      reason: '障害のお詫び',
      agreedOn: this.today,
    });
    if (answer !== undefined) await this.#decide({ approval: answer.approval!, told: () => {} }, true);
  }

  /** Sends what may wait for another person; then it is approved at once, rejected, or left for later. */
  async #ask(
    choice: number,
    told: (id: string) => void,
    method: string,
    path: string,
    body?: object,
  ): Promise<void> {
    const answer = await this.#send(method, path, body);
    if (answer === undefined) return;
    if (answer.approval === undefined) return told(answer.id);
    const proposal = { approval: answer.approval, told: () => told(answer.quote ?? '') };
    if (choice % 3 === 0) this.#proposals.push(proposal);
    else await this.#decide(proposal, choice % 7 > 0);
  }

  async #decide({ approval, told }: Proposal, approved: boolean): Promise<void> {
    const path = `/approvals/${approval}`;
    if (!approved) await this.calls.send('POST', `${path}/reject`, { reason: '不要' }, this.approves);
    else if (await this.calls.send('POST', `${path}/approve`, undefined, this.approves)) told();
  }

  #send(method: string, path: string, body?: object): Promise<Answer | undefined> {
    return this.calls.send(method, path, body, this.asks);
  }
}

/** A quote as the service is given it. */
export const quoteForm = (
  plan: ToldContract['plan'],
  { month, baseFee, prorated, price }: Omit<ToldQuote, 'id'>,
): object => ({
  plan,
  effectiveMonth: month,
  baseFee,
  baseFeeInPartialMonth: prorated ? 'prorated' : 'full',
  ...(plan === 'enterprise' ? { accountFee: price } : { authApi: { model: 'perUnit', unitPrice: price } }),
});
