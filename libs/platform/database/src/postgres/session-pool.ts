import { ended } from '@smartkey/lifecycle';
import { Client, type ClientConfig } from 'pg';
import { DatabaseUnavailableError } from '../database.port.ts';
import { sqlError } from '../sql-error.ts';
import { ClientSession, type StatementWatch } from './client-session.ts';

export interface SessionPoolOptions {
  /** Connections at most. */
  readonly max: number;
  /** Whoever waits for one for so long (system time, milliseconds) is told that the database is not available. */
  readonly patienceMillis: number;
  /** Told of each statement, and of each error of one. */
  readonly watch: StatementWatch;
  /** Told of connections that broke while nobody used them. */
  readonly onBroken: (error: Error) => void;
}

/** One that was not used for so long is closed (system time): longer than workers rest between two looks, for opening one costs the server a process. */
const IDLE_MILLIS = 30_000;
/** One that was used within so long stays with its schemas while another may be opened: they will be asked for again. */
const WARM_MILLIS = 1_000;
/** Up to so many one is opened for each list of schemas, however long the others were idle: a process that rests asks for its few by turns. */
const ONE_EACH = 3;
/** How many that came later may go before whoever waits, for the sake of the schemas that a connection looks in. */
const MOST_PASSING = 16;

/** The schemas that a connection is to look in; none where its statements name nothing of any. */
type Wanted = string | undefined;

interface Waiting {
  readonly searchPath: Wanted;
  readonly resolve: (session: ClientSession) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
  passedBy: number;
}

/**
 * The connections of one server, lent by the schemas that they look in: `SET search_path` before a statement would be a round trip
 * more, as long as the statement itself. Services of one process share the connections, and each finds those again that it used last.
 */
export class SessionPool {
  /** The one that has been idle for longest first. */
  readonly #idle: ClientSession[] = [];
  #open = 0;
  readonly #waiting: Waiting[] = [];
  #sweep: NodeJS.Timeout | undefined;
  #ending: PromiseWithEnd | undefined;

  constructor(
    private readonly config: ClientConfig,
    private readonly options: SessionPoolOptions,
  ) {}

  /** @throws DatabaseUnavailableError and its like. To be given back. */
  async lend(searchPath: Wanted): Promise<ClientSession> {
    const idle = this.#takeIdle(searchPath);
    if (idle !== undefined) return idle;
    if (this.#open < this.options.max) return this.#openOne(searchPath);
    return new Promise<ClientSession>((resolve, reject) => {
      const waiting: Waiting = {
        searchPath,
        resolve,
        reject,
        passedBy: 0,
        timer: setTimeout(() => {
          this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
          reject(new DatabaseUnavailableError('no connection became free in time'));
        }, this.options.patienceMillis),
      };
      this.#waiting.push(waiting);
    });
  }

  giveBack(session: ClientSession): void {
    if (session.broken !== undefined) return this.#let(session);
    const next = this.#nextFor(session.searchPath);
    if (next !== undefined) return next.resolve(session);
    if (this.#ending !== undefined) return this.#let(session);
    session.usedAt = performance.now();
    this.#idle.push(session);
    this.#sweep ??= setTimeout(() => this.#closeIdle(), IDLE_MILLIS).unref();
  }

  /** Closes all connections, those in use once they are given back. */
  end(): Promise<void> {
    this.#ending ??= promiseWithEnd();
    clearTimeout(this.#sweep);
    for (const session of this.#idle.splice(0)) this.#let(session);
    if (this.#open === 0) this.#ending.end();
    return this.#ending.promise;
  }

  /** One that looks in these schemas, or, where no other may be opened or it has been idle for a while, the one idle for longest. */
  #takeIdle(searchPath: Wanted): ClientSession | undefined {
    if (searchPath === undefined) return this.#idle.pop();
    const at = this.#idle.findLastIndex((session) => session.searchPath === searchPath);
    if (at !== -1) return this.#idle.splice(at, 1)[0];
    if (this.#open >= this.options.max) return this.#idle.shift();
    const [longest] = this.#idle;
    const cold = longest !== undefined && performance.now() - longest.usedAt > WARM_MILLIS;
    return cold && this.#open >= ONE_EACH ? this.#idle.shift() : undefined;
  }

  /** In their order, but for those whose schemas it looks in already. */
  #nextFor(searchPath: string): Waiting | undefined {
    const [first] = this.#waiting;
    if (first === undefined) return undefined;
    const its = this.#waiting.findIndex((waiting) => waiting.searchPath === searchPath);
    const at = its > 0 && first.passedBy < MOST_PASSING ? its : 0;
    if (at > 0) first.passedBy += 1;
    const [next] = this.#waiting.splice(at, 1);
    clearTimeout(next!.timer);
    return next;
  }

  /** It looks in these schemas from its beginning: no statement has to say so. */
  async #openOne(searchPath: Wanted): Promise<ClientSession> {
    this.#open += 1;
    const client = new Client(searchPath === undefined ? this.config : lookingIn(searchPath, this.config));
    const session = new ClientSession(client, this.options.watch, searchPath);
    // One in use rejects its statement; without a listener the event itself would end the process.
    client.on('error', (error) => this.#brokeOff(session, error));
    try {
      await client.connect();
    } catch (error) {
      this.#closed();
      throw sqlError(error);
    }
    return session;
  }

  #brokeOff(session: ClientSession, error: Error): void {
    session.discard(error);
    const at = this.#idle.indexOf(session);
    if (at === -1) return;
    this.#idle.splice(at, 1);
    this.#let(session);
    this.options.onBroken(error);
  }

  #closeIdle(): void {
    const now = performance.now();
    while (this.#idle[0] !== undefined && now - this.#idle[0].usedAt >= IDLE_MILLIS)
      this.#let(this.#idle.shift()!);
    const [longest] = this.#idle;
    this.#sweep =
      longest &&
      setTimeout(() => this.#closeIdle(), Math.max(longest.usedAt + IDLE_MILLIS - now, 100)).unref();
  }

  /** Lets a connection go; another may take its place. */
  #let(session: ClientSession): void {
    // How it ends is of no matter any more.
    void ended(session.end()).then(() => this.#closed());
  }

  #closed(): void {
    this.#open -= 1;
    const next = this.#nextFor('');
    if (next !== undefined) this.#openOne(next.searchPath).then(next.resolve, next.reject);
    else if (this.#open === 0) this.#ending?.end();
  }
}

const lookingIn = (searchPath: string, config: ClientConfig): ClientConfig => ({
  ...config,
  options: `${config.options ?? ''} -c search_path=${searchPath.replaceAll(/[\\\s]/g, '\\$&')}`,
});

interface PromiseWithEnd {
  readonly promise: Promise<void>;
  readonly end: () => void;
}

function promiseWithEnd(): PromiseWithEnd {
  let end!: () => void;
  const promise = new Promise<void>((resolve) => (end = resolve));
  return { promise, end };
}
