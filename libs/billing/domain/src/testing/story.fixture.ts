import {
  addMonths,
  distinctDays,
  firstDayOf,
  lastDayOf,
  monthOfDay,
  type DaySpan,
  type JstDay,
  type ServiceMonth,
} from '@smartkey/calendar';
import type { Yen } from '@smartkey/money';
import type { AccountId, CreditNoteId, Decision, FeeId } from '@smartkey/kernel';
import { billingWindowIn, governingQuote, type Quote } from '@smartkey/terms';
import type { BillingRun, ContractPlan, ContractToBill, Waiting } from '../corrections/contract-plan.ts';
import { doubtfulInvoices, foreseen, waitingOf } from '../corrections/foreseen.ts';
import type { LateFact } from '../corrections/late-fact.ts';
import { planContract } from '../corrections/plan-contract.ts';
import type { ArisenFee, MeasuredMonth } from '../invoice/invoice-inputs.ts';
import { enterpriseQuote } from '../invoice/invoice.samples.ts';
import type { Ground, Invoice, InvoiceDraft } from '../invoice/invoice.ts';
import type { Issuer } from '../invoice/issuer.ts';
import { endOfClose, monthsToConsider } from '../months/due-months.ts';
import {
  DEFAULT_POLICIES,
  policyIn,
  policyOfVersion,
  type PolicyCatalogue,
} from '../policies/billing-policy.ts';
import { histogramOf } from '../rating/used-days.ts';
import { rulesOf } from '../rules/rule-versions.ts';
import { seriesDecider } from '../series/series.decider.ts';
import type { CreditNote, SeriesEvent } from '../series/series.events.ts';
import { nothingInSeries, type SeriesState } from '../series/series.state.ts';
import type { TaxCode } from '../tax/tax-code.ts';

const CONTRACT = 'ctr_1';
const RULES = rulesOf('2018-01-01.3')!;
const NOW = '2024-01-01T00:00:00.000Z';

interface CloseOptions {
  /** Default: the first day of the month after. */
  readonly day?: JstDay;
  /** The process dies when so many of its documents are issued. */
  readonly killedAfter?: number;
}

/**
 * One enterprise contract as its facts come in, and the closes between them: what the services do, in memory. Facts come in any order;
 * a close plans from the documents that there are and issues through the decider of the series.
 */
export class Story {
  readonly documents: Invoice[] = [];
  readonly #decider = seriesDecider('SK');
  #series: SeriesState = { ...this.#decider.initial, contracts: { [CONTRACT]: nothingInSeries } };
  readonly #spells = new Map<string, DaySpan[]>();
  #quotes: Quote[] = [];
  #fees: ArisenFee[] = [];
  #start: JstDay | undefined;
  #end: JstDay | undefined;
  readonly #facts: LateFact[] = [];
  #position = 0;
  /** How many documents there were when the run began; whether it was cut short. */
  #begun = 0;
  #cut = false;

  constructor(
    private policies: PolicyCatalogue = DEFAULT_POLICIES,
    public issuer: Issuer = { name: '株式会社見本', registrationNumber: 'T7123456789012' },
  ) {}

  quote(effectiveMonth: ServiceMonth, more: Partial<Quote> = {}): this {
    const replaced = this.#quotes.length > 0;
    this.#quotes = [
      ...this.#quotes,
      { ...enterpriseQuote, id: `quo_${this.#quotes.length}`, effectiveMonth, ...more } as Quote,
    ];
    return this.#say(replaced ? 'agreement' : 'error', effectiveMonth);
  }

  start(day: JstDay): this {
    const before = this.#start;
    this.#start = day;
    const from = before === undefined || day < before ? day : before;
    return this.#say(before === undefined ? 'error' : 'agreement', monthOfDay(from));
  }

  end(day: JstDay | undefined): this {
    const from = [this.#end, day].filter((each) => each !== undefined).sort()[0];
    this.#end = day;
    return from === undefined ? this : this.#say('error', monthOfDay(from));
  }

  /** Accounts registered on the same days. */
  accounts(count: number, from: JstDay, to?: JstDay, name = `rid_${this.#spells.size}`): this {
    for (let n = 0; n < count; n += 1) {
      const account = count === 1 ? name : `${name}_${n}`;
      this.#spells.set(account, [...(this.#spells.get(account) ?? []), { from, to }]);
    }
    return this.#say('error', monthOfDay(from), 'usage');
  }

  /** All the spells of an account, anew. */
  spells(account: AccountId, spells: readonly DaySpan[]): this {
    this.#spells.set(account, [...spells]);
    return this.#say('error', '2000-01', 'usage');
  }

  fee(fee: FeeId, arisenOn: JstDay, amount: Yen, more: Partial<ArisenFee> = {}): this {
    const kind = 'one-time';
    const description = `手数料 ${fee}`;
    this.#fees = [
      ...this.#fees,
      { fee, kind, amount, description, arisenOn, taxCode: 'standard', waived: false, ...more },
    ];
    return this.#say('error', monthOfDay(arisenOn), { fee });
  }

  waive(fee: FeeId, ground: Ground = 'agreement'): this {
    this.#fees = this.#fees.map((each) => (each.fee === fee ? { ...each, waived: true } : each));
    return this.#say(ground, '2000-01', { fee });
  }

  forgetPolicies(): this {
    this.policies = DEFAULT_POLICIES;
    return this;
  }

  /** What a close would make now. */
  plan(month: ServiceMonth, { day = firstDayOf(addMonths(month, 1)) }: CloseOptions = {}): ContractPlan {
    return planContract(this.#toBill(month), this.#run(month, day, new Set()));
  }

  /** What waits on a day, and where it is going. */
  foreseen(day: JstDay): readonly Waiting[] {
    const run = this.#run(this.issued[0] ?? monthOfDay(day), day, new Set());
    const contract = this.#toBill(run.closing);
    const waiting = waitingOf(contract, run);
    const months = doubtfulInvoices(waiting).map((month) => this.measured(month));
    return foreseen({ ...contract, months }, waiting, run);
  }

  #run(closing: ServiceMonth, day: JstDay, made: ReadonlySet<string>): BillingRun {
    return {
      closing,
      day,
      policies: this.policies,
      policyOfVersion: (version) => policyOfVersion(this.policies, version),
      made: ({ number }) => made.has(number),
      rules: RULES,
    };
  }

  /** Closes a month; a run that is killed is taken up again by the next close. */
  close(month: ServiceMonth, options: CloseOptions = {}): this {
    const { day = firstDayOf(addMonths(month, 1)), killedAfter = Infinity } = options;
    if (!this.#cut) this.#begun = this.documents.length;
    const made = new Set(this.documents.slice(this.#begun).map(({ number }) => number));
    const { documents } = planContract(this.#toBill(month), this.#run(month, day, made));
    const after = this.#series.contracts[CONTRACT]!.documents;
    documents.slice(0, killedAfter).forEach(({ draft }, index) => {
      const issue = {
        issuedOn: day,
        paymentTerm: policyIn(this.policies, monthOfDay(day)).paymentTerm,
        positions: { 'log/0': String(this.#position) },
        inputsHash: '',
      };
      const type = draft.kind === 'invoice' ? ('Issue' as const) : ('Correct' as const);
      this.#append(this.#decider.decide({ type, draft, after: after + index, issue }, this.#series));
    });
    this.#cut = killedAfter < documents.length;
    return this;
  }

  credit(
    number: string,
    amount: Yen,
    taxCode: TaxCode,
    day: JstDay,
    id: CreditNoteId = `crn_${this.documents.length}`,
  ): CreditNote {
    const invoice = this.documents.find((each) => each.number === number)!;
    const policy = policyIn(this.policies, invoice.month);
    const { issuer } = this;
    const decided = this.#decider.decide(
      {
        type: 'Credit',
        creditNote: id,
        contract: CONTRACT,
        number,
        amount,
        taxCode,
        agreedOn: day,
        issuer,
        recipient: invoice.recipient,
        policy,
        rules: RULES,
        issue: { issuedOn: day, paymentTerm: policy.paymentTerm, positions: {}, inputsHash: '' },
      },
      this.#series,
    );
    this.#append(decided);
    return this.documents.at(-1) as CreditNote;
  }

  /** Months that have their ordinary invoice. */
  get issued(): readonly ServiceMonth[] {
    return Object.keys(this.#series.contracts[CONTRACT]!.invoices).sort() as ServiceMonth[];
  }

  get fees(): readonly ArisenFee[] {
    return this.#fees;
  }

  invoice(month: ServiceMonth): Invoice {
    return this.documents.find((each) => each.kind === 'invoice' && each.month === month)!;
  }

  corrections(month?: ServiceMonth): readonly Invoice[] {
    return this.documents.filter(
      (each) => each.kind === 'correction' && (month === undefined || each.month === month),
    );
  }

  measured(month: ServiceMonth): MeasuredMonth {
    const life = {
      ...(this.#start && { billingStart: this.#start }),
      ...(this.#end && { lastDay: this.#end }),
    };
    const window = billingWindowIn(life, month);
    const quote = governingQuote(this.#quotes, 'enterprise', month);
    const days = window ? [...this.#spells.values()].map((spells) => distinctDays(spells, window)) : [];
    return {
      contract: CONTRACT,
      month,
      ...(window && { window }),
      plan: 'enterprise',
      ...(quote && { quote }),
      usedDays: histogramOf(days),
      successes: 0,
      recipient: { name: '見本商事株式会社' },
      issuer: this.issuer,
    };
  }

  /** What a document of the last run, which the facts have not changed since, is derived as again: from the documents before it. */
  derivedAgain(number: string): InvoiceDraft | undefined {
    const place = this.documents.findIndex((each) => each.number === number);
    const { kind, month, issuedOn } = this.documents[place]!;
    const before = this.documents.slice(0, place);
    const contract = {
      ...this.#toBill(month, before),
      months: kind === 'invoice' ? [this.measured(month)] : [],
    };
    const made = new Set(before.slice(this.#begun).map((each) => each.number));
    const plan = planContract(contract, this.#run(month, issuedOn, made));
    return plan.documents.find(({ draft }) => draft.kind === kind && draft.month === month)?.draft;
  }

  #toBill(closing: ServiceMonth, all: readonly Invoice[] = this.documents): ContractToBill {
    const documents = all.filter(({ kind }) => kind !== 'credit-note');
    const issued = new Set(documents.flatMap(({ kind, month }) => (kind === 'invoice' ? [month] : [])));
    const invoiced = new Set(documents.flatMap(({ lines }) => lines.flatMap(({ fee }) => fee ?? [])));
    const feeDays = this.#fees
      .filter((fee) => !fee.waived && fee.amount !== '0' && !invoiced.has(fee.fee))
      .map(({ arisenOn }) => arisenOn)
      .filter((day) => !issued.has(monthOfDay(day)));
    const life = { issued, feeDays, ...(this.#start && { billingStart: this.#start }) };
    const upTo = endOfClose(closing, [...issued].sort().at(-1));
    return {
      contract: CONTRACT,
      life: { ...(this.#start && { billingStart: this.#start }), ...(this.#end && { lastDay: this.#end }) },
      fees: this.#fees,
      invoiced,
      issued,
      months: monthsToConsider(life, upTo).map((month) => this.measured(month)),
      again: [...issued].sort().map((month) => this.measured(month)),
      documents,
      lateFacts: this.#facts,
      wasRead: ({ inputs }, { position }) => position <= BigInt(inputs.positions['log/0'] ?? 0),
    };
  }

  #append(decided: Decision<SeriesEvent>): void {
    if (!decided.ok) throw new Error(`${decided.error.code}: ${decided.error.detail}`);
    for (const event of decided.value) {
      const told = JSON.parse(JSON.stringify(event)) as SeriesEvent;
      this.documents.push(told.data);
      this.#series = this.#decider.evolve(this.#series, { ...told, occurredAt: NOW, recordedAt: NOW });
    }
  }

  #say(ground: Ground, from: ServiceMonth, only?: LateFact['only']): this {
    this.#position += 1;
    this.#facts.push({
      source: 'log',
      position: BigInt(this.#position),
      stream: 'story',
      revision: this.#position,
      day: lastDayOf(from),
      ground,
      from,
      ...(only !== undefined && { only }),
    });
    return this;
  }
}
