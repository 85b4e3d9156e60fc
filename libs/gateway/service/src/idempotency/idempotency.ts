import { randomUUID } from 'node:crypto';
import { setImmediate as yieldToAnswer, setTimeout as sleep } from 'node:timers/promises';
import { ProblemException } from '@smartkey/http';
import { derivedUuid } from '@smartkey/identity';
import { epochMillisOf, instantOf, type Instant } from '@smartkey/kernel';
import { rest } from '@smartkey/lifecycle';
import type { Logger } from 'pino';
import { readWhole, type Answer } from '../front/answer.ts';
import { scopeDigest, type RequestScope } from './fingerprint.ts';
import { sameFingerprint, type IdempotencyRow, type IdempotencyStore } from './idempotency-store.ts';

/** What the request is made of, besides its scope. */
export interface RepeatableRequest {
  readonly scope: RequestScope;
  /** Known beforehand, or known once the body has gone by (a stream): then `undefined` until it has. */
  fingerprint(): Buffer | undefined;
  /** For a stream that was not handed on: reads it to its end for the fingerprint. */
  readToEnd(): Promise<Buffer>;
  /** Milliseconds for which the answer is kept. */
  readonly keptFor: number;
}

export interface IdempotencyTimes {
  /** How long a repeat waits for the first to end before it is told to come again. */
  readonly patience: number;
  /** How long a request may be under way before a repeat takes it over. */
  readonly lease: number;
}

/** An answer with a secret is kept for so long at most. */
const SECRET_MILLIS = 10 * 60_000;
/** A stored answer is at most so long; a longer one is made again by its owner, from the same command. */
const LONGEST_ANSWER = 1024 * 1024;
const POLL_MILLIS = 25;
/** So many answers may be out before they are kept; who comes after waits for that, so that a slow database is felt. */
const MOST_BEHIND = 64;

const IN_PROGRESS = new ProblemException(
  409,
  'idempotency-in-progress',
  'The first request with this Idempotency-Key is still under way.',
  { headers: { 'retry-after': '1' } },
);
const REUSED = new ProblemException(
  422,
  'idempotency-key-reused',
  'This Idempotency-Key was used for another request.',
);
const SECRET_GONE = new ProblemException(
  409,
  'secret-answered-before',
  'The answer carried a secret and is no longer kept. It was carried out once; make a new one with a new Idempotency-Key.',
);

/** Between the clocks of a gateway and of the database that says when a loss was accepted. Forgetting too much costs a look at the log. */
const APART_MILLIS = 60_000;

/** Whether an answer may be of what was lost when its owner's log began anew. */
function isFromBefore(
  begunAnew: Instant | undefined,
  { expiresAt }: IdempotencyRow,
  { keptFor }: RepeatableRequest,
): boolean {
  if (begunAnew === undefined) return false;
  return epochMillisOf(expiresAt) - keptFor <= epochMillisOf(begunAnew) + APART_MILLIS;
}

/** Whether an answer is one for good: failures of ours and limits are not. */
const isFinal = ({ status }: Answer): boolean => status < 500 && status !== 429;

/**
 * Whether an answer may go out before it is kept: its owner makes it again from the same command, should this process die between. A refusal may turn out
 * otherwise then, and a secret is not told again.
 */
const canBeMadeAgain = ({ status, secret }: Answer): boolean => status < 300 && !secret;

/**
 * Carries a request out once per Idempotency-Key and repeats its answer. The command id derives from scope and
 * fingerprint, so that a repeat after a crash, or after the answer's time, is the same command to its owner.
 */
export class Idempotency {
  /** Requests under way in this process, for repeats to wait for. */
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly owner = randomUUID();
  /** Answers that are out, and on their way into the table. */
  private readonly behind = new Set<Promise<void>>();

  constructor(
    private readonly store: IdempotencyStore,
    private readonly times: IdempotencyTimes,
    private readonly log: Logger,
    private readonly now: () => number = () => Date.now(),
  ) {}

  /** @param begunAnew when the log of the request's owner began anew after a loss: answers from before say nothing any more. */
  async run(
    request: RepeatableRequest,
    carryOut: (commandId: string) => Promise<Answer>,
    begunAnew: () => Promise<Instant | undefined> = () => Promise.resolve(undefined),
  ): Promise<Answer> {
    const scope = scopeDigest(request.scope);
    const name = scope.toString('base64');
    const owner = `${this.owner}/${randomUUID()}`;
    const kept = await this.beginOrFind(request, scope, name, owner, begunAnew);
    if (kept !== undefined) return { ...kept, headers: { ...kept.headers, 'idempotent-replayed': 'true' } };
    let end!: () => void;
    this.underWay.set(name, new Promise((resolve) => (end = resolve)));
    const ended = (): void => {
      this.underWay.delete(name);
      end();
    };
    let goesOn = false;
    try {
      const { key, method, path, idempotencyKey } = request.scope;
      const fingerprint = request.fingerprint()?.toString('hex') ?? 'stream';
      const answer = await carryOut(derivedUuid('command', key, method, path, idempotencyKey, fingerprint));
      const seen = request.fingerprint();
      if (!isFinal(answer) || seen === undefined) {
        await this.letGo(scope, owner);
        return answer;
      }
      const body = await readWhole(answer.body, LONGEST_ANSWER);
      if (body === undefined) throw new Error(`an answer to a write is longer than ${LONGEST_ANSWER} bytes`);
      const whole = { ...answer, body };
      const keep = (): Promise<void> => this.keep(scope, owner, seen, whole);
      goesOn = canBeMadeAgain(whole) && this.behind.size < MOST_BEHIND;
      if (goesOn) this.goOn(() => keep().finally(ended));
      else await keep();
      return whole;
    } catch (error) {
      await this.letGo(scope, owner);
      throw error;
    } finally {
      if (!goesOn) ended();
    }
  }

  /** Waits for the answers that are out and not kept yet. */
  async close(): Promise<void> {
    await Promise.all(this.behind);
  }

  /** Does what does not reject once the answer has gone. */
  private goOn(work: () => Promise<void>): void {
    const done = yieldToAnswer().then(work);
    this.behind.add(done);
    void done.finally(() => this.behind.delete(done));
  }

  /** @returns the answer kept, or undefined once this request is the one to be carried out. */
  private async beginOrFind(
    request: RepeatableRequest,
    scope: Buffer,
    name: string,
    owner: string,
    begunAnew: () => Promise<Instant | undefined>,
  ): Promise<Answer | undefined> {
    const giveUpAt = this.now() + this.times.patience;
    for (;;) {
      const now = this.now();
      const row = {
        fingerprint: request.fingerprint() ?? null,
        owner,
        leaseUntil: instantOf(now + this.times.lease),
        expiresAt: instantOf(now + request.keptFor),
      };
      if (!this.underWay.has(name) && (await this.store.begin(scope, row))) return undefined;
      const found = await this.store.read(scope);
      if (found === undefined) continue;
      if (found.status !== null) {
        const isGood = found.expiresAt > instantOf(now) && !isFromBefore(await begunAnew(), found, request);
        if (isGood) return this.repeat(request, scope, found);
        await this.store.forget(scope, found.owner);
        continue;
      }
      if (
        row.fingerprint !== null &&
        found.fingerprint !== null &&
        !sameFingerprint(row.fingerprint, found.fingerprint)
      )
        throw REUSED;
      const abandoned = found.leaseUntil <= instantOf(now);
      if (abandoned && (await this.store.takeOver(scope, found.owner, row))) return undefined;
      if (this.now() >= giveUpAt) throw IN_PROGRESS;
      await this.pause(name);
    }
  }

  /** Until the first request ends, where it is one of this process; else, or where it takes long, for a moment. */
  private async pause(name: string): Promise<void> {
    const first = this.underWay.get(name);
    if (first === undefined) return sleep(POLL_MILLIS);
    const timer = new AbortController();
    await Promise.race([first, rest(this.times.patience, timer.signal)]);
    timer.abort();
  }

  private async repeat(request: RepeatableRequest, scope: Buffer, row: IdempotencyRow): Promise<Answer> {
    const own = request.fingerprint() ?? (await request.readToEnd());
    if (row.fingerprint === null || !sameFingerprint(own, row.fingerprint)) throw REUSED;
    const answer = await this.store.answerOf(scope, row, instantOf(this.now()));
    if (answer === undefined) throw SECRET_GONE;
    return answer;
  }

  /** Stores a final answer. That may fail: the caller still gets the answer, a repeat the same command. */
  private async keep(
    scope: Buffer,
    owner: string,
    fingerprint: Buffer,
    answer: Answer<Buffer>,
  ): Promise<void> {
    try {
      await this.store.finish(scope, owner, fingerprint, answer, instantOf(this.now() + SECRET_MILLIS));
    } catch (error) {
      this.log.error({ err: error }, 'an answer could not be kept for its repeats');
    }
  }

  /** Lets a repeat be carried out at once; where that fails, after the lease. */
  private async letGo(scope: Buffer, owner: string): Promise<void> {
    try {
      await this.store.forget(scope, owner);
    } catch (error) {
      this.log.error({ err: error }, 'a request under way could not be let go; its lease will end');
    }
  }
}
