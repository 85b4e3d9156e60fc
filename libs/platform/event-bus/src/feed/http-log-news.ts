import { parsePosition } from '@smartkey/kernel';
import { Listeners, Loop, UnavailableError, underAny } from '@smartkey/lifecycle';
import { type Dispatcher, request } from 'undici';
import { type LogNewsJson, NEWS_WAIT_MILLIS } from './log-news.ts';

/** An answer that is this late does not come any more (system time). */
const LATE_MILLIS = 10_000;
/** Between two questions (system time): what comes close together is told together. */
const APART_MILLIS = 5;
/** The same where no answer goes on from the one before: from several instances in turn, or a version before that knows no such question. */
const LOOK_MILLIS = 250;
/** Rests after failures (system time). */
const FAILED = { firstMillis: LOOK_MILLIS, mostMillis: 1_000 };

export interface HttpLogNewsOptions {
  readonly url: () => string;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
  /** Hears of the first failure in a row: readers look by themselves meanwhile. */
  readonly tell: (error: unknown) => void;
}

/** The news of another process's log cannot be asked for now. */
class NewsUnavailableError extends UnavailableError {
  override readonly name = 'NewsUnavailableError';
}

/** Hears the news of a log in another process, by a question that its owner answers when there are some; asks while anybody listens. */
export class HttpLogNews {
  readonly #listeners = new Listeners<bigint>();
  #listening = 0;
  #loop: Loop | undefined;
  #seen: string | undefined;

  constructor(private readonly options: HttpLogNewsOptions) {}

  onNews(listener: (position: bigint) => void): () => void {
    const remove = this.#listeners.add(listener);
    this.#listening += 1;
    this.#loop ??= this.#begun();
    let stopped = false;
    return () => {
      if (stopped) return;
      stopped = true;
      remove();
      this.#listening -= 1;
      if (this.#listening > 0) return;
      void this.#loop?.stop();
      this.#loop = undefined;
    };
  }

  #begun(): Loop {
    const loop = new Loop({
      turn: (signal) => this.#turn(signal),
      periodMillis: APART_MILLIS,
      backoff: FAILED,
      tell: this.options.tell,
    });
    loop.start();
    return loop;
  }

  async #turn(signal: AbortSignal): Promise<number> {
    const before = this.#seen;
    const told = await this.#ask(before, signal);
    if (signal.aborted) return 0;
    if (told === undefined) {
      this.#listeners.tell(0n);
      return LOOK_MILLIS;
    }
    this.#seen = told.seen;
    if (told.seen === before) return APART_MILLIS;
    this.#listeners.tell(BigInt(told.position));
    return before !== undefined && processOf(before) !== processOf(told.seen) ? LOOK_MILLIS : APART_MILLIS;
  }

  /** @returns undefined where the owner is of a version before. */
  async #ask(seen: string | undefined, signal: AbortSignal): Promise<LogNewsJson | undefined> {
    const { url, headers, dispatcher } = this.options;
    const target = `${url()}/internal/log/news`;
    try {
      return await underAny([AbortSignal.timeout(NEWS_WAIT_MILLIS + LATE_MILLIS), signal], async (over) => {
        const asked = seen === undefined ? target : `${target}?seen=${seen}`;
        const answer = await request(asked, { headers, signal: over, dispatcher });
        if (answer.statusCode === 200) return newsOf(await answer.body.json(), target);
        await answer.body.dump();
        if (answer.statusCode === 404) return undefined;
        throw new NewsUnavailableError(`${target} answered ${answer.statusCode}`);
      });
    } catch (error) {
      if (error instanceof NewsUnavailableError) throw error;
      throw new NewsUnavailableError(`${target} cannot be reached`, { cause: error });
    }
  }
}

function newsOf(body: unknown, target: string): LogNewsJson {
  const { seen, position } = (body ?? {}) as Partial<LogNewsJson>;
  if (typeof seen !== 'string' || !isSeen(seen) || parsePosition(position) === undefined)
    throw new NewsUnavailableError(`${target} answered what is no news`);
  return { seen, position: position! };
}

/** Whether a text may be what an answer named as seen. */
export const isSeen = (text: string): boolean => /^[0-9a-f-]{36}-\d{1,16}$/.test(text);

const processOf = (seen: string): string => seen.slice(0, seen.lastIndexOf('-'));
