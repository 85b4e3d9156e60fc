import type { Answer } from '../front/answer.ts';
import type { AttemptOutcome, FailureBudgets } from './failure-budget.ts';

/**
 * Denials that tell whoever tries codes nothing of a code: the right one came twice, none was looked at while the lock holds,
 * or the whole contract is not served.
 */
const TELL_NOTHING = new Set(['code_already_used', 'locked', 'service_withheld', 'contract_ended']);

function outcomeOf({ status, body }: Answer): AttemptOutcome {
  if (status !== 200 || !Buffer.isBuffer(body)) return 'neither';
  const { result, reason } = JSON.parse(body.toString()) as { result?: string; reason?: string };
  if (result === 'success') return 'success';
  return reason !== undefined && !TELL_NOTHING.has(reason) ? 'failure' : 'neither';
}

/**
 * Bounds how many authentications of one key may fail, whichever accounts they are about: the lock of an account does not
 * see one code tried on many.
 */
export class AttemptLimit {
  constructor(private readonly budgets: FailureBudgets) {}

  /** Whether a request is an attempt. */
  concerns(method: string, path: string): boolean {
    return method === 'POST' && path === '/v1/authentications';
  }

  /** @throws ProblemException 429 with Retry-After, and what sending throws. */
  async run(key: string, send: () => Promise<Answer>): Promise<Answer> {
    const end = await this.budgets.begin(key);
    let outcome: AttemptOutcome = 'neither';
    try {
      const answer = await send();
      outcome = outcomeOf(answer);
      return answer;
    } finally {
      end(outcome);
    }
  }
}
