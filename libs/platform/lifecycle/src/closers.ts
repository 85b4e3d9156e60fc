import { OperatorError } from './errors.ts';
import { LateError, withinMillis } from './within-millis.ts';

/** Some parts did not close, or not in time; each is an error in `errors`, in the order in which they were tried. */
export class CloseError extends OperatorError {
  override readonly name = 'CloseError';
  constructor(readonly errors: readonly PartNotClosedError[]) {
    super(errors.map(({ message }) => message).join('; '));
  }
}

/** One part that did not close. */
export class PartNotClosedError extends Error {
  override readonly name = 'PartNotClosedError';
  constructor(
    readonly part: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`${part} did not close: ${reason}`, options);
  }
}

interface Closer {
  readonly part: string;
  readonly close: () => unknown;
}

/** How long all of a shutdown may take (system time). */
export const CLOSE_MILLIS = 9_000;
/** What the parts get that are left over when that time has passed, all of them together. */
const LAST_MILLIS = 500;

/**
 * What was opened, to be closed in the opposite order. One part that fails to close, or does not come to an end, keeps no other
 * from being closed.
 */
export class Closers {
  readonly #closers: Closer[] = [];
  #closing: Promise<void> | undefined;

  /** @param part its name, for the report where it does not close. */
  add(part: string, close: () => unknown): void {
    this.#closers.push({ part, close });
  }

  /**
   * Closes all, the latest first, each once however often this is called. When the time is over, those that are left are closed
   * side by side without waiting for the one that is late.
   * @param atMostMillis for all of them together (system time).
   * @throws CloseError afterwards, naming all that did not close.
   */
  close(atMostMillis: number = CLOSE_MILLIS): Promise<void> {
    const before = this.#closing ?? Promise.resolve();
    if (this.#closers.length === 0) return before;
    // What was added since is closed after the others; the caller of the earlier close gets the earlier errors.
    const next = (): Promise<void> => this.#closeAll(atMostMillis);
    this.#closing = before.then(next, next);
    return this.#closing;
  }

  /**
   * Closes what was opened before something failed.
   * @returns that failure, with what did not close besides as its `suppressed`.
   */
  async closeAfter(failure: unknown, atMostMillis?: number): Promise<unknown> {
    try {
      await this.close(atMostMillis);
    } catch (error) {
      if (failure instanceof Error) Object.assign(failure, { suppressed: error });
    }
    return failure;
  }

  async #closeAll(atMostMillis: number): Promise<void> {
    const started = performance.now();
    const failures: PartNotClosedError[] = [];
    const attempt = async ({ part, close }: Closer, millis: number): Promise<void> => {
      try {
        await withinMillis(Promise.resolve().then(close), millis, () => new LateError('it took too long'));
      } catch (error) {
        failures.push(new PartNotClosedError(part, (error as Error).message, { cause: error }));
      }
    };
    while (this.#closers.length > 0) {
      const left = atMostMillis - (performance.now() - started);
      if (left <= 0) break;
      await attempt(this.#closers.pop()!, left);
    }
    await Promise.all(
      this.#closers
        .splice(0)
        .reverse()
        .map((closer) => attempt(closer, LAST_MILLIS)),
    );
    if (failures.length > 0) throw new CloseError(failures);
  }
}

/**
 * Does work that opens parts, and closes them at its end.
 * @throws what the work has failed with, and what did not close besides as its `suppressed`; else CloseError.
 */
export async function whileOpen<T>(
  work: (closers: Closers) => Promise<T>,
  atMostMillis?: number,
): Promise<T> {
  const closers = new Closers();
  let result: T;
  try {
    result = await work(closers);
  } catch (error) {
    throw await closers.closeAfter(error, atMostMillis);
  }
  await closers.close(atMostMillis);
  return result;
}

/** Waits for all, also where one has failed. @throws the failure of the first, or all of several. */
export async function allDone(work: readonly Promise<unknown>[]): Promise<void> {
  const failures = (await Promise.allSettled(work)).filter((end) => end.status === 'rejected');
  if (failures.length === 0) return;
  const reasons = failures.map(({ reason }) => reason as Error);
  if (reasons.length === 1) throw reasons[0]!;
  throw new AggregateError(reasons, reasons.map(({ message }) => message).join('; '));
}
