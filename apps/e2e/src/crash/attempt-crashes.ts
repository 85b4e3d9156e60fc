import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Phone } from '@smartkey/api-client';
import { perUnitQuote, Steps } from '@smartkey/testing/end-to-end';
import type { DeathStep } from './die-at.ts';
import { DyingSystem } from './dying-system.ts';
import { attemptsOf } from './logged-attempts.ts';

/** Somebody tries to sign in, and the process dies at a step of it. */
interface AttemptCrash {
  readonly name: string;
  /** `again`: the code of a success, once more. */
  readonly code: 'right' | 'wrong' | 'again';
  readonly at: DeathStep;
  /**
   * Rows of it once who got no answer has asked again. A wrong code that was counted before anybody was told is counted anew: it changes no
   * bill, and locks sooner rather than later. Denials that nothing is decided by are written within a second, and may be lost with it.
   */
  readonly rows: number;
}

const DECISION = 'FROM decide_attempt($1';
const COUNT = 'UPDATE attempts SET version = version + 1, failures = $3';
const OTHERS = "SELECT at, id, contract, rid, unknown_digest, key, 'denied'";

const CRASHES: readonly AttemptCrash[] = [
  {
    name: 'before a success is decided',
    code: 'right',
    at: { statement: DECISION, when: 'before' },
    rows: 1,
  },
  {
    name: 'after a success is decided, before that is answered',
    code: 'right',
    at: { statement: DECISION, when: 'after' },
    rows: 1,
  },
  {
    name: 'before a wrong code is counted',
    code: 'wrong',
    at: { statement: COUNT, when: 'before' },
    rows: 1,
  },
  { name: 'after a wrong code is counted', code: 'wrong', at: { statement: COUNT, when: 'after' }, rows: 2 },
  {
    name: 'before another denial is written',
    code: 'again',
    at: { statement: OTHERS, when: 'before' },
    rows: 1,
  },
  { name: 'before that is committed', code: 'again', at: { statement: OTHERS, when: 'after' }, rows: 1 },
  { name: 'after that is committed', code: 'again', at: { statement: OTHERS, when: 'committed' }, rows: 2 },
];

/** Those of the test suite. */
export const TELLING = [
  'after a success is decided, before that is answered',
  'after a wrong code is counted',
  'before that is committed',
];

/**
 * Kills the service (SIGKILL) at steps of attempts to sign in, starts it again on the same data, and checks that each success has one row in the
 * log of attempts, whoever asks again, and that a month is billed for as many.
 */
export async function attemptCrashes({
  only,
  say = () => {},
}: { readonly only?: readonly string[]; readonly say?: (line: string) => void } = {}): Promise<void> {
  const dying = await DyingSystem.start({ SMARTKEY_CLOCK_START: '2018-01-01T00:00:00Z' });
  try {
    const story = new AttemptStory(dying);
    await story.begin();
    for (const crash of CRASHES)
      if (only === undefined || only.includes(crash.name)) {
        const started = Date.now();
        await story.tell(crash);
        say(`attempt, ${crash.name}: whole again after ${Date.now() - started} ms`);
      }
    say(`${await story.end()} successes billed, and as many in the log of attempts`);
  } finally {
    await dying.dispose();
  }
}

class AttemptStory {
  #contract = '';
  #phone!: Phone;
  #minute = 0;
  #answered = 0;
  readonly #keys = new Set<string>();

  constructor(private readonly dying: DyingSystem) {}

  async begin(): Promise<void> {
    this.#contract = await this.#steps.accepted('service-provider', '2018-01-01', perUnitQuote('2018-01'));
    const account = await this.#steps.register(this.#contract, 'hanako');
    this.#phone = await this.#steps.enrol(this.#contract, account);
  }

  async tell({ name, code: kind, at, rows }: AttemptCrash): Promise<void> {
    // Also past what a wrong code before it locks.
    this.#minute += 30;
    const now = new Date(Date.UTC(2018, 0, 2, 0, this.#minute)).toISOString();
    await this.#steps.setClock(now);
    const code = kind === 'wrong' ? this.#phone.wrongCodeAt(now) : this.#phone.codeAt(now);
    if (kind === 'again') await this.#asked(code, randomUUID());
    const before = await this.#denials();
    const idempotencyKey = randomUUID();
    const ask = () => this.#asked(code, idempotencyKey);
    await this.dying.diesAt(at, ask);
    // Other denials are answered before they are written: that answer is known, and is asked for by another request.
    const result = await (kind === 'again' ? this.#asked(code, randomUUID()) : ask());
    assert.equal(result, kind === 'right' ? 'success' : 'denied', name);
    if (kind === 'right') await this.#sameAsAnswered(name);
    else
      assert.equal(
        await this.#steps.until(
          () => this.#denials(),
          (denials) => denials - before >= rows,
        ),
        before + rows,
        `${name}: rows`,
      );
    await this.#sameAsAnswered(name);
  }

  /** @returns the successes that January was billed for. */
  async end(): Promise<number> {
    await this.#steps.setClock('2018-02-02T00:00:00Z');
    await this.#steps.close('2018-01');
    const [invoice] = await this.#steps.invoices(this.#contract, '2018-01');
    const usage = invoice!.lines.find(({ item }) => item === 'auth-api-usage');
    await this.#sameAsAnswered('at the end');
    assert.equal(usage!.quantity, String(this.#answered), 'successes that were billed');
    return this.#answered;
  }

  get #steps(): Steps {
    return new Steps(this.dying.system.operator);
  }

  async #sameAsAnswered(when: string): Promise<void> {
    const attempts = await attemptsOf(this.dying.system.operator, this.#contract, '2018-01');
    const successes = attempts.filter(({ result }) => result === 'success');
    assert.equal(successes.length, this.#answered, `${when}: successes in the log of attempts`);
  }

  async #denials(): Promise<number> {
    const attempts = await attemptsOf(this.dying.system.operator, this.#contract, '2018-01');
    return attempts.filter(({ result }) => result === 'denied').length;
  }

  /** What was in the middle of something may hold the key for a moment. */
  async #asked(code: string, idempotencyKey: string): Promise<string> {
    const body = { contract: this.#contract, externalId: 'hanako', code };
    const { body: told } = await this.#steps.until(
      () =>
        this.dying.system.operator.call<{ result: string }>('POST', '/authentications', body, {
          idempotencyKey,
        }),
      ({ status }) => status === 200,
    );
    if (told.result === 'success' && !this.#keys.has(idempotencyKey)) this.#answered += 1;
    this.#keys.add(idempotencyKey);
    return told.result;
  }
}
