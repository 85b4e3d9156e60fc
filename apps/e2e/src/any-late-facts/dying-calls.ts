import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiAnswer, ApiClient } from '@smartkey/api-client';
import { Steps, type Problem, type System } from '@smartkey/testing/end-to-end';
import { answerOf } from '../answer-of.ts';

/** By which a fact of chance may be refused; any other refusal is a fault. */
const REFUSALS: ReadonlySet<string> = new Set([
  'already-registered',
  'not-registered',
  'before-registration',
  'after-contract-end',
  'before-acceptance',
  'overlaps-earlier-spell',
  'overlaps-later-spell',
  'not-ended',
  'begins-later',
  'ended-cannot-end-later',
  'month-issued',
  'credit-exceeds-billed',
  'no-longer-legal',
]);

/** What a client is asked to repeat. */
const isToBeRepeated = ({ status, body }: ApiAnswer<unknown>): boolean =>
  [429, 502, 503].includes(status) || (body as Partial<Problem>).code === 'idempotency-in-progress';

/** What of an answer is looked at. */
export interface Answer {
  readonly id: string;
  readonly approval?: string;
  readonly quote?: string;
  readonly status?: string;
  readonly effectiveDay?: string;
  readonly spells?: readonly { readonly id: string }[];
}

/** Somebody who calls a system that may die at any call, and repeats what was cut off as a client would. */
export class DyingCalls {
  taken = 0;
  refused = 0;
  kills = 0;
  /** The next call is cut off after so long. */
  killAfterMillis: number | undefined;
  #sent = 0;

  constructor(private readonly system: System) {}

  get operator(): ApiClient {
    return this.system.operator;
  }

  get steps(): Steps {
    return new Steps(this.operator);
  }

  /**
   * A command with its idempotency key, repeated as a client would where the program died meanwhile.
   * @returns `undefined` where a rule refuses it.
   */
  async send(
    method: string,
    path: string,
    body: object | undefined,
    key: string,
  ): Promise<Answer | undefined> {
    this.#sent += 1;
    const idempotencyKey = `story-${this.#sent}`;
    const send = (): Promise<ApiAnswer<Answer & Partial<Problem>>> =>
      this.operator.as(key).call(method, path, body, { idempotencyKey });
    const cutOff = await this.#killed(send);
    const answer =
      cutOff !== undefined && !isToBeRepeated(cutOff)
        ? cutOff
        : await this.steps.until(send, (each) => !isToBeRepeated(each));
    if (answer.status < 300) {
      this.taken += 1;
      return answer.body;
    }
    const { code } = answer.body;
    if (answer.status >= 500 || code === undefined || !REFUSALS.has(code))
      throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`);
    this.refused += 1;
    return undefined;
  }

  /** Closes a month, through to the end of the run. */
  async close(month: string): Promise<void> {
    const idempotencyKey = `close-${month}`;
    const send = () =>
      this.operator.call<{ runId: string }>('POST', `/billing/months/${month}/close`, undefined, {
        idempotencyKey,
      });
    const cutOff = await this.#killed(send);
    const answer =
      cutOff?.status === 202 ? cutOff : await this.steps.until(send, (each) => !isToBeRepeated(each));
    assert.equal(answer.status, 202);
    const run = await this.steps.until(
      () =>
        this.operator.get<{ state: string; contracts: { parked: number } }>(
          `/billing/runs/${answer.body.runId}`,
        ),
      ({ state }) => state === 'completed' || state === 'partial',
    );
    assert.deepEqual([run.state, run.contracts.parked], ['completed', 0]);
  }

  /** Where the program is to die now, it does so while the call is under way. @returns the answer, if one came through. */
  async #killed<T>(send: () => Promise<T>): Promise<T | undefined> {
    const after = this.killAfterMillis;
    if (after === undefined) return undefined;
    this.killAfterMillis = undefined;
    const sent = answerOf(send);
    await pause(after);
    await this.system.kill();
    await this.system.resume();
    this.kills += 1;
    return sent;
  }
}
