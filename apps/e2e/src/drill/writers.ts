import { setTimeout as pause } from 'node:timers/promises';
import type { Phone } from '@smartkey/api-client';
import { enterpriseQuote, perUnitQuote } from '@smartkey/testing/end-to-end';
import { answerOf } from '../answer-of.ts';
import type { Phase } from './phase.ts';
import { Patience } from './patience.ts';
import { documentsOf, type SentDocument } from './sent-documents.ts';
import { BILLED_BEFORE, monthBeside } from './stage/months.ts';
import type { Whole } from './stage/whole.ts';

const PEOPLE = 4;
const REGISTRARS = 2;

/** People who write while things happen, and what they were promised. */
export class Writers {
  /** Accounts that were answered with 201, and when. */
  readonly registered = new Map<string, Phase>();
  /** What authentications were called that were answered with a success, and when. */
  readonly signedIn = new Map<string, Phase>();
  /** Contracts that were applied for, and when that was acknowledged. */
  readonly applied = new Map<string, Phase>();
  /** Purchase-order numbers that were entered for the enterprise, one in the other's place, and when. */
  readonly ordered = new Map<string, Phase>();
  /** Documents by their numbers. */
  readonly sent = new Map<string, SentDocument>();
  phase: Phase = 'before';
  /** Commands that were refused because the log went back. */
  refused = 0;
  #closed = 0;
  #minute = 0;
  #number = 0;
  #stopped = true;
  #running: Promise<void>[] = [];

  private constructor(
    private readonly whole: Whole,
    readonly month: string,
    readonly enterprise: string,
    readonly provider: string,
    private readonly people: readonly { readonly externalId: string; readonly phone: Phone }[],
  ) {}

  static async prepare(whole: Whole): Promise<Writers> {
    const { steps } = whole;
    const month = whole.months.take();
    const first = monthBeside(month, -BILLED_BEFORE);
    await steps.setClock(`${first}-01T00:00:00Z`);
    const enterprise = await steps.accepted('enterprise', `${first}-01`, enterpriseQuote(first));
    const provider = await steps.accepted('service-provider', `${first}-01`, perUnitQuote(first));
    await steps.setClock(`${month}-01T00:00:00Z`);
    const people = [];
    for (let n = 0; n < PEOPLE; n += 1) {
      const externalId = `person-${n}`;
      const account = await steps.register(provider, externalId);
      people.push({ externalId, phone: await steps.enrol(provider, account) });
    }
    return new Writers(whole, month, enterprise, provider, people);
  }

  /** Registers without a pause until {@link stop}; whoever gets no answer asks again, as clients do. */
  start(): void {
    this.#stopped = false;
    this.#running = Array.from({ length: REGISTRARS }, () => this.#register());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  /** A while of a phase: people register until there are so many more, do meanwhile what is asked for besides, and stop. */
  async during(
    phase: Phase,
    count: number,
    ...besides: readonly ('signIn' | 'office' | 'bill')[]
  ): Promise<void> {
    this.phase = phase;
    this.start();
    await this.more(count);
    for (const work of besides) await this[work]();
    await this.stop();
  }

  /** Until so many more were registered. @throws where none is for five minutes. */
  async more(count: number): Promise<void> {
    const wanted = this.registered.size + count;
    const patience = new Patience(300_000);
    while (this.registered.size < wanted) {
      if (patience.isOver(this.registered.size)) throw new Error('nothing is registered any more');
      await pause(20);
    }
  }

  /** Until so many more commands were refused because a log went back. */
  async refusedMore(count = 1): Promise<void> {
    const wanted = this.refused + count;
    const deadline = Date.now() + 120_000;
    while (this.refused < wanted) {
      if (Date.now() > deadline) throw new Error('no command was refused with log-went-back for two minutes');
      await pause(20);
    }
  }

  /** A contract is applied for, and a purchase-order number entered: facts of the two logs that registrations and sign-ins leave alone. */
  async office(): Promise<void> {
    const applied = await this.whole.steps.apply();
    this.applied.set(applied, this.phase);
    const purchaseOrder = `PO-${this.ordered.size + 1}`;
    await this.whole.operator.patch(`/contracts/${this.enterprise}/billing-profile`, { purchaseOrder });
    this.ordered.set(purchaseOrder, this.phase);
  }

  /** The first of the months before that nobody has closed yet; the caller does. */
  takeMonth(): string {
    const month = monthBeside(this.month, this.#closed - BILLED_BEFORE);
    this.#closed += 1;
    return month;
  }

  /** The next of the months before is closed, and its documents are sent. */
  async bill(): Promise<void> {
    const month = this.takeMonth();
    const { state } = await this.whole.steps.close(month);
    if (state !== 'completed') throw new Error(`the close of ${month} ended ${state}`);
    for (const document of await documentsOf(this.whole, this, month))
      this.sent.set(document.number, { document, phase: this.phase });
  }

  /** Everything that people do besides registering, once all that stood still goes on: for five minutes refusals are waited out. */
  async allOnce(): Promise<void> {
    const deadline = Date.now() + 300_000;
    for (const work of [() => this.signIn(), () => this.office()]) await untilTaken(work, deadline);
  }

  /** Everybody signs in, a minute later than before. */
  async signIn(): Promise<void> {
    const { steps, operator } = this.whole;
    this.#minute += 1;
    const now = new Date(Date.parse(`${this.month}-10T00:00:00Z`) + this.#minute * 60_000).toISOString();
    await steps.setClock(now);
    for (const { externalId, phone } of this.people) {
      const clientRef = `sign-in-${this.month}-${this.#minute}-${externalId}`;
      const { result, reason } = await operator.post<{ result: string; reason?: string }>(
        '/authentications',
        { contract: this.provider, externalId, code: phone.codeAt(now), clientRef },
        { idempotencyKey: clientRef },
      );
      if (result !== 'success') throw new Error(`${externalId} could not sign in: ${reason}`);
      this.signedIn.set(clientRef, this.phase);
    }
  }

  async #register(): Promise<void> {
    while (!this.#stopped) {
      const externalId = `id-${this.month}-${(this.#number += 1)}`;
      const id = await this.#registered(externalId);
      if (id !== undefined) this.registered.set(id, this.phase);
      await pause(20);
    }
  }

  /** @returns undefined where it was given up before there was an answer. */
  async #registered(externalId: string): Promise<string | undefined> {
    while (!this.#stopped) {
      const answer = await answerOf(() =>
        this.whole.operator.call<{ id: string; code?: string }>(
          'POST',
          `/contracts/${this.enterprise}/ids`,
          { externalId },
          { idempotencyKey: externalId },
        ),
      );
      if (answer?.status === 201) return answer.body.id;
      if (answer !== undefined && ![409, 429, 500, 502, 503, 504].includes(answer.status))
        throw new Error(`${externalId} was answered ${answer.status} ${JSON.stringify(answer.body)}`);
      if (answer?.body.code === 'log-went-back') this.refused += 1;
      await pause(100);
    }
    return undefined;
  }
}

/** @throws what it fails with besides a refusal that passes. */
async function untilTaken(work: () => Promise<void>, deadline: number): Promise<void> {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline || !/answered 503/.test((error as Error).message)) throw error;
      await pause(500);
    }
}
