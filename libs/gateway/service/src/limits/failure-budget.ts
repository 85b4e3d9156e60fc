import { tooMany } from './too-many.ts';

/** How an attempt came out. `neither`: it did not tell whether a code was right; the budget stays. */
export type AttemptOutcome = 'failure' | 'success' | 'neither';

export interface FailureBudgetSettings {
  /** So many failures one after another. */
  readonly burst: number;
  /** One failure is given back after so many successes. */
  readonly successesPerFailure: number;
  /** One failure is given back after so many seconds (system time). */
  readonly secondsPerFailure: number;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Budget {
  /** Failures left. */
  left: number;
  at: number;
  /** Attempts that may still turn out failures. */
  underWay: number;
  readonly waiting: Waiting[];
}

const MOST_BUDGETS = 50_000;

/**
 * How many attempts may fail, by name, in memory. Attempts that are under way count as failures until they have ended, so
 * that many at once get no further than one after another: what does not fit waits for those to end.
 */
export class FailureBudgets {
  private readonly budgets = new Map<string, Budget>();

  constructor(
    private readonly settings: FailureBudgetSettings,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Begins an attempt.
   * @returns how to end it; to be called once.
   * @throws ProblemException 429 with Retry-After once too many have failed.
   */
  async begin(name: string): Promise<(outcome: AttemptOutcome) => void> {
    const budget = this.refilled(name);
    await new Promise<void>((resolve, reject) => {
      budget.waiting.push({ resolve, reject });
      this.admit(budget);
    });
    return (outcome) => this.end(name, budget, outcome);
  }

  private end(name: string, budget: Budget, outcome: AttemptOutcome): void {
    const { burst, successesPerFailure } = this.settings;
    this.refill(budget);
    budget.underWay -= 1;
    if (outcome === 'failure') budget.left -= 1;
    else if (outcome === 'success') budget.left = Math.min(burst, budget.left + 1 / successesPerFailure);
    this.admit(budget);
    if (budget.underWay === 0 && budget.left >= burst) this.budgets.delete(name);
  }

  /** Lets in, in order, as many as could all fail; refuses the others once nothing is left. */
  private admit(budget: Budget): void {
    for (let first = budget.waiting[0]; first !== undefined; first = budget.waiting[0]) {
      if (budget.left - budget.underWay >= 1) {
        budget.underWay += 1;
        first.resolve();
      } else if (budget.left < 1) first.reject(this.refusal(budget));
      else return;
      budget.waiting.shift();
    }
  }

  private refusal({ left }: Budget): Error {
    const { burst, secondsPerFailure } = this.settings;
    return tooMany(
      burst,
      {
        granted: false,
        remaining: 0,
        retryAfterSeconds: Math.max(1, Math.ceil((1 - left) * secondsPerFailure)),
        resetSeconds: Math.ceil((burst - left) * secondsPerFailure),
      },
      'Too many authentications of this key have failed.',
    );
  }

  private refilled(name: string): Budget {
    let budget = this.budgets.get(name);
    if (budget === undefined) {
      if (this.budgets.size >= MOST_BUDGETS) this.makeRoom();
      budget = { left: this.settings.burst, at: this.now(), underWay: 0, waiting: [] };
      this.budgets.set(name, budget);
    } else this.refill(budget);
    return budget;
  }

  private refill(budget: Budget): void {
    const now = this.now();
    const { burst, secondsPerFailure } = this.settings;
    budget.left = Math.min(burst, budget.left + (now - budget.at) / 1000 / secondsPerFailure);
    budget.at = now;
  }

  /** Forgets the oldest tenth of those that nothing is under way for. */
  private makeRoom(): void {
    let excess = MOST_BUDGETS / 10;
    for (const [name, { underWay }] of this.budgets)
      if (underWay === 0 && excess-- > 0) this.budgets.delete(name);
  }
}
