import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Phone } from '@smartkey/api-client';
import { enterpriseQuote, perUnitQuote, Steps, System } from '@smartkey/testing/end-to-end';
import { answerOf } from '../answer-of.ts';
import { noLogWentBack } from '../no-log-went-back.ts';
import { attemptsOf } from './logged-attempts.ts';
import { seededChance } from './seeded-chance.ts';

const IMPORTED_PER_ROUND = 2_000;
const PEOPLE = 16;
const BYSTANDERS = 30;

export interface CrashLoopOptions {
  readonly kills: number;
  /** Makes the instants of the kills repeatable, as far as the machine allows. */
  readonly seed: number;
  readonly say?: (line: string) => void;
}

/**
 * Kills the whole service (SIGKILL) at random points of imports, authentications and closes, starts it again on the same
 * data, and checks that every acknowledged fact is there, that nothing counts twice, and that work that was acknowledged
 * finishes by itself. A call that got no answer is repeated with its idempotency key, as a client would.
 */
export async function crashLoop({ kills, seed, say = () => {} }: CrashLoopOptions): Promise<void> {
  const chance = seededChance(seed);
  const system = await System.start({ SMARTKEY_CLOCK_START: '2018-01-01T00:00:00Z' });
  try {
    await new CrashStory(system, chance, say).run(kills);
  } finally {
    await system.dispose();
  }
}

class CrashStory {
  #month = 1;
  #minute = 0;
  #registered = 0;
  /** Successes that were billed, and are in the log of attempts as often. */
  #attempts = 0;
  readonly #successes = new Map<string, number>();
  readonly #phones: (readonly [externalId: string, phone: Phone])[] = [];
  #enterprise = '';
  #provider = '';

  constructor(
    private readonly system: System,
    private readonly chance: () => number,
    private readonly say: (line: string) => void,
  ) {}

  async run(kills: number): Promise<void> {
    await this.#settle();
    const rounds = [
      ['import', () => this.#import(), 900],
      ['authentication', () => this.#authenticate(), 250],
      ['close', () => this.#close(), 700],
    ] as const;
    for (let kill = 1; kill <= kills; kill += 1) {
      const [name, round, longest] = rounds[(kill - 1) % rounds.length]!;
      const after = Math.floor(this.chance() * longest);
      const settle = await round();
      await pause(after);
      await this.system.kill();
      const started = Date.now();
      await this.system.resume();
      await settle();
      await noLogWentBack([this.system.url]);
      this.say(
        `kill ${kill} of ${kills}: ${name}, after ${after} ms; whole again after ${Date.now() - started} ms`,
      );
    }
    await this.#audit();
  }

  get #steps(): Steps {
    return new Steps(this.system.operator);
  }

  get #serviceMonth(): string {
    return `${2018 + Math.floor((this.#month - 1) / 12)}-${String(((this.#month - 1) % 12) + 1).padStart(2, '0')}`;
  }

  async #settle(): Promise<void> {
    this.#enterprise = await this.#steps.accepted('enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    this.#provider = await this.#steps.accepted('service-provider', '2018-01-01', perUnitQuote('2018-01'));
    for (let index = 0; index < BYSTANDERS; index += 1)
      await this.#steps.accepted('enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    for (let index = 0; index < PEOPLE; index += 1) {
      const externalId = `person-${index}`;
      const account = await this.#steps.register(this.#provider, externalId);
      this.#phones.push([externalId, await this.#steps.enrol(this.#provider, account)]);
    }
  }

  /** Begins an import. @returns what to do after the restart: the job must end by itself, whole. */
  async #import(): Promise<() => Promise<void>> {
    const first = this.#registered;
    const rows = Array.from({ length: IMPORTED_PER_ROUND }, (_, index) => `id-${first + index},,register`);
    const text = ['externalId,displayName,action', ...rows].join('\n');
    const send = () =>
      this.system.operator.call<{ id: string }>(
        'POST',
        `/contracts/${this.#enterprise}/ids/imports`,
        undefined,
        {
          raw: { contentType: 'text/csv', text },
          idempotencyKey: `import-${first}`,
        },
      );
    const sent = answerOf(send);
    return async () => {
      const job = (await sent) ?? (await this.#answered(send));
      assert.equal(job.status, 202);
      const done = await this.#steps.until(
        () =>
          this.system.operator.get<{ status: string; failed: number; registered: number }>(
            `/contracts/${this.#enterprise}/imports/${job.body.id}`,
          ),
        ({ status }) => !['queued', 'running'].includes(status),
      );
      assert.equal(done.failed, 0);
      assert.equal(done.registered, IMPORTED_PER_ROUND);
      this.#registered += IMPORTED_PER_ROUND;
    };
  }

  /** Everybody signs in at once. @returns what to do after the restart: each has exactly its one success. */
  async #authenticate(): Promise<() => Promise<void>> {
    this.#minute += 1;
    const now = new Date(Date.parse(await this.#steps.now()) + 60_000).toISOString();
    await this.#steps.setClock(now);
    const round = this.#minute;
    const attempts = this.#phones.map(([externalId, phone]) => {
      const send = () =>
        this.system.operator.call<{ result: string }>(
          'POST',
          '/authentications',
          { contract: this.#provider, externalId, code: phone.codeAt(now) },
          { idempotencyKey: `sign-in-${round}-${externalId}` },
        );
      return { send, sent: answerOf(send) };
    });
    return async () => {
      for (const { send, sent } of attempts) {
        const answer = (await sent) ?? (await this.#answered(send));
        assert.equal(answer.status, 200);
        assert.deepEqual(answer.body.result, 'success');
      }
      this.#successes.set(this.#serviceMonth, (this.#successes.get(this.#serviceMonth) ?? 0) + PEOPLE);
    };
  }

  /** Ends the month and closes it. @returns what to do after the restart: the run must end by itself, each month issued once. */
  async #close(): Promise<() => Promise<void>> {
    const month = this.#serviceMonth;
    this.#month += 1;
    await this.#steps.setClock(`${this.#serviceMonth}-02T00:00:00Z`);
    const send = () =>
      this.system.operator.call<{ runId: string }>('POST', `/billing/months/${month}/close`, undefined, {
        idempotencyKey: `close-${month}`,
      });
    const sent = answerOf(send);
    return async () => {
      const begun = (await sent) ?? (await this.#answered(send));
      assert.equal(begun.status, 202);
      const run = await this.#steps.until(
        () =>
          this.system.operator.get<{ state: string; contracts: { parked: number } }>(
            `/billing/runs/${begun.body.runId}`,
          ),
        ({ state }) => state === 'completed' || state === 'partial',
      );
      assert.equal(run.contracts.parked, 0);
      assert.equal(run.state, 'completed');
      await this.#checkMonth(month);
    };
  }

  /** The same call again until the service answers it: what it was in the middle of may hold the key for a moment. */
  async #answered<T extends { readonly status: number }>(send: () => Promise<T>): Promise<T> {
    return this.#steps.until(send, ({ status }) => ![409, 429, 503].includes(status));
  }

  async #checkMonth(month: string): Promise<void> {
    const numbers: string[] = [];
    const contracts: string[] = [];
    for await (const invoice of this.system.operator.pages<{ number: string; contract: string }>(
      `/invoices?month=${month}&limit=200`,
    )) {
      numbers.push(invoice.number);
      contracts.push(invoice.contract);
    }
    assert.equal(new Set(contracts).size, contracts.length, `a contract has two invoices for ${month}`);
    assert.equal(contracts.length, BYSTANDERS + 2);
    assert.equal(new Set(numbers).size, numbers.length);
    const [provider] = await this.#steps.invoices(this.#provider, month);
    const usage = provider!.lines.find((line) => line.item === 'auth-api-usage');
    assert.equal(usage!.quantity, String(this.#successes.get(month) ?? 0), `successes billed for ${month}`);
    const attempts = await attemptsOf(this.system.operator, this.#provider, month);
    assert.equal(
      attempts.filter(({ result }) => result === 'success').length,
      Number(usage!.quantity),
      `successes in the log of attempts for ${month}`,
    );
    this.#attempts += Number(usage!.quantity);
  }

  /** After the last kill: closes what is open and compares every number with what was acknowledged. */
  async #audit(): Promise<void> {
    await (
      await this.#close()
    )();
    const numbers: number[] = [];
    for await (const { number } of this.system.operator.pages<{ number: string }>('/invoices?limit=200'))
      numbers.push(Number(/\d+$/.exec(number)![0]));
    numbers.sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => index + 1),
      'the series has no gap and no double',
    );
    const usage = await this.system.operator.get<{ accounts: { count: number } }>(
      `/contracts/${this.#enterprise}/usage/${this.#serviceMonth}`,
    );
    assert.equal(usage.accounts.count, this.#registered, 'registered IDs');
    this.say(
      `${numbers.length} invoices without a gap, ${this.#registered} IDs, ${this.#attempts} successes billed as often as they are in the log of attempts, every acknowledged fact found once`,
    );
  }
}
