import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient, Phone } from '@smartkey/api-client';
import { enterpriseQuote, perUnitQuote, Steps } from '@smartkey/testing/end-to-end';
import { answered } from './answered.ts';

const PEOPLE = 120;
const REGISTRARS = 3;
const VERIFIERS = 3;
/** A call that is repeated for so long has been given up by any client. */
const PATIENCE_MILLIS = 120_000;
const STEP_MILLIS = 30_000;

interface Person {
  readonly externalId: string;
  readonly phone: Phone;
  /** The last time step that a code of it was sent for. */
  step: number;
}

/** People who register and sign in without a pause, and what they were promised. */
export class Load {
  readonly enterprise: string;
  readonly provider: string;
  readonly begun = new Date();
  /** External ids that were answered with 201. */
  readonly registered = new Set<string>();
  /** Ids of the authentications that were answered with a success. */
  readonly successes = new Set<string>();
  readonly #people: Person[];
  #running: Promise<void>[] = [];
  #stopped = false;
  #number = 0;

  private constructor(
    private readonly operator: ApiClient,
    contracts: { readonly enterprise: string; readonly provider: string },
    people: Person[],
  ) {
    this.enterprise = contracts.enterprise;
    this.provider = contracts.provider;
    this.#people = people;
  }

  /** Contracts in service from today, and people with phones. */
  static async prepare(operator: ApiClient): Promise<Load> {
    const steps = new Steps(operator);
    const today = jstDayOf(new Date());
    const month = today.slice(0, 7);
    const enterprise = await steps.accepted('enterprise', today, enterpriseQuote(month));
    const provider = await steps.accepted('service-provider', today, perUnitQuote(month));
    const people: Person[] = [];
    for (let n = 0; n < PEOPLE; n += 1) {
      const externalId = `person-${n}`;
      const account = await steps.register(provider, externalId);
      const phone = await steps.enrol(provider, account);
      // The confirming code has used its step up.
      people.push({ externalId, phone, step: stepOf(Date.now()) });
    }
    return new Load(operator, { enterprise, provider }, people);
  }

  start(): void {
    this.#stopped = false;
    this.#running = [
      ...Array.from({ length: REGISTRARS }, () => this.#register()),
      ...Array.from({ length: VERIFIERS }, () => this.#signIn()),
    ];
  }

  /** Begins nothing new, and waits until everything that was begun has its answer. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  async #register(): Promise<void> {
    while (!this.#stopped) {
      const externalId = `id-${(this.#number += 1)}`;
      const answer = await this.#call<{ id: string }>(
        `/contracts/${this.enterprise}/ids`,
        { externalId },
        externalId,
      );
      if (answer.status !== 201) throw new Error(`${externalId} was answered ${JSON.stringify(answer)}`);
      this.registered.add(externalId);
      await pause(30);
    }
  }

  async #signIn(): Promise<void> {
    while (!this.#stopped) {
      const person = this.#people.find(({ step }) => step < stepOf(Date.now()) + 1);
      if (person === undefined) {
        await pause(200);
        continue;
      }
      // A step ahead is accepted too, so each person can come twice as often.
      person.step = Math.max(person.step + 1, stepOf(Date.now()));
      const { externalId, phone, step } = person;
      const answer = await this.#call<{ result: string; id: string }>(
        '/authentications',
        {
          contract: this.provider,
          externalId,
          code: phone.codeAt(new Date(step * STEP_MILLIS)),
        },
        `${externalId}-${step}`,
      );
      // A code that waited for its answer through an outage may be too old by then; that is no success, and must not count.
      if (answer.status !== 200) throw new Error(`${externalId} was answered ${JSON.stringify(answer)}`);
      if (answer.body.result === 'success') this.successes.add(answer.body.id);
    }
  }

  async #call<Body>(path: string, body: object, key: string): Promise<{ status: number; body: Body }> {
    const deadline = Date.now() + PATIENCE_MILLIS;
    const answer = await answered<Body>(
      () => this.operator.call<Body>('POST', path, body, { idempotencyKey: key }),
      () => Date.now() > deadline,
    );
    if (answer === undefined) throw new Error(`POST ${path} was not answered for ${PATIENCE_MILLIS} ms`);
    return answer;
  }
}

const stepOf = (millis: number): number => Math.floor(millis / STEP_MILLIS);

/** The day in Japan. */
export const jstDayOf = (instant: Date): string =>
  new Date(instant.getTime() + 9 * 3_600_000).toISOString().slice(0, 10);
