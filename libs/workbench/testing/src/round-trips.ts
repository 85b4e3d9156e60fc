import { AsyncLocalStorage } from 'node:async_hooks';
import { IncomingMessage, Server, type ServerResponse } from 'node:http';
import { Client } from 'pg';

/** What one request made its program send to PostgreSQL: BEGIN, COMMIT and SET are each one too. */
export interface CountedRequest {
  readonly method: string;
  readonly path: string;
  /** Asked by another part of the system, and not from outside. */
  readonly internal: boolean;
  /** Before its answer was given, and behind it, in their order. */
  readonly before: readonly string[];
  readonly behind: readonly string[];
}

interface Counting extends CountedRequest {
  readonly before: string[];
  readonly behind: string[];
  readonly response: ServerResponse;
}

type Emit = (this: object, event: string | symbol, ...given: unknown[]) => boolean;
type Query = (this: Client, ...asked: unknown[]) => unknown;

const textOf = (asked: unknown): string =>
  (typeof asked === 'string' ? asked : (asked as { readonly text: string }).text).replace(/\s+/g, ' ').trim();

/**
 * Counts what this process sends to PostgreSQL by the HTTP request it is sent for, whichever of the servers in this process took it. What several
 * requests ask together is counted for the first of them; what goes on behind, woken by a request, for none.
 */
export class RoundTrips {
  readonly #running = new AsyncLocalStorage<Counting>();
  readonly #emit = Server.prototype.emit as Emit;
  readonly #told = IncomingMessage.prototype.emit as Emit;
  readonly #query = Client.prototype.query as Query;
  #requests: Counting[] = [];
  #others = 0;

  /** From here on, until `stop`. One at a time. */
  start(): void {
    const { requests, running, emit, told, query } = this.#parts();
    const counted = new WeakMap<object, Counting>();
    Server.prototype.emit = function (this: Server, event: string | symbol, ...given: unknown[]) {
      if (event !== 'request') return emit.call(this, event, ...given);
      const [request, response] = given as [IncomingMessage, ServerResponse];
      const counting: Counting = {
        method: request.method ?? '',
        path: request.url ?? '',
        internal: Object.keys(request.headers).some((name) => name.startsWith('x-smartkey-')),
        before: [],
        behind: [],
        response,
      };
      requests().push(counting);
      counted.set(request, counting);
      return running.run(counting, () => emit.call(this, event, ...given));
    } as typeof Server.prototype.emit;
    // Whoever has waited for the body goes on from here.
    IncomingMessage.prototype.emit = function (
      this: IncomingMessage,
      event: string | symbol,
      ...given: unknown[]
    ) {
      const counting = counted.get(this);
      const tell = (): boolean => told.call(this, event, ...given);
      return counting === undefined ? tell() : running.run(counting, tell);
    } as typeof IncomingMessage.prototype.emit;
    const note = (asked: unknown): void => {
      const counting = running.getStore();
      if (counting === undefined) this.#others += 1;
      else (counting.response.writableEnded ? counting.behind : counting.before).push(textOf(asked));
    };
    Client.prototype.query = function (this: Client, ...asked: unknown[]) {
      note(asked[0]);
      return query.apply(this, asked);
    } as typeof Client.prototype.query;
  }

  stop(): void {
    Server.prototype.emit = this.#emit;
    IncomingMessage.prototype.emit = this.#told;
    Client.prototype.query = this.#query as typeof Client.prototype.query;
  }

  /** Requests since the last call, and how many statements were sent meanwhile for none of them. */
  take(): { readonly requests: readonly CountedRequest[]; readonly others: number } {
    const taken = { requests: this.#requests, others: this.#others };
    this.#requests = [];
    this.#others = 0;
    return taken;
  }

  #parts() {
    return {
      requests: () => this.#requests,
      running: this.#running,
      emit: this.#emit,
      told: this.#told,
      query: this.#query,
    };
  }
}
