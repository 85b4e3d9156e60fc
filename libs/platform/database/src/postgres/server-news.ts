import { randomUUID } from 'node:crypto';
import { parsePosition } from '@smartkey/kernel';
import { ended, Listeners, Loop, rest } from '@smartkey/lifecycle';
import { Client, type ClientConfig } from 'pg';
import type { ServerNews } from '../database.port.ts';

export interface PostgresNewsParts {
  readonly config: ClientConfig;
  /** Carries a statement out, by itself. */
  readonly send: (text: string, parameters: readonly unknown[]) => Promise<unknown>;
  /** Hears why nothing can be heard or told, once in a row. */
  readonly onTrouble: (error: unknown) => void;
}

const CHANNEL = 'smartkey_news';
/** Between two tellings of this process (system time): what comes meanwhile goes together. */
const GAP_MILLIS = 10;
/** Between two tries to listen again. */
const BACKOFF = { firstMillis: 100, mostMillis: 5_000 };

/**
 * News between processes by LISTEN and NOTIFY. What is told goes behind the commit of what it tells of, in a transaction of its own: a
 * NOTIFY takes a lock at its commit that is the whole server's, and would make all appends queue. Listening takes a connection. Where that
 * breaks, and behind a pooler that hands connections on, news are missed: after each new beginning everybody is told to look, and whoever
 * relies on news looks once in a while without any.
 */
export class PostgresNews implements ServerNews {
  readonly #sender = randomUUID();
  readonly #listeners = new Map<string, Listeners<bigint>>();
  readonly #untold = new Map<string, bigint>();
  readonly #closing = new AbortController();
  readonly #listening: Loop;
  #telling: Promise<void> | undefined;
  #client: Client | undefined;

  constructor(private readonly parts: PostgresNewsParts) {
    this.#listening = new Loop({
      turn: () => this.#listen(),
      periodMillis: BACKOFF.firstMillis,
      backoff: BACKOFF,
      tell: parts.onTrouble,
    });
    this.#listening.start();
  }

  tell(channel: string, upTo: bigint): void {
    const untold = this.#untold.get(channel);
    if (untold === undefined || untold < upTo) this.#untold.set(channel, upTo);
    if (this.#closing.signal.aborted) return;
    this.#telling ??= this.#tellAll();
  }

  hear(channel: string, listener: (upTo: bigint) => void): () => void {
    const listeners = this.#listeners.get(channel) ?? new Listeners();
    this.#listeners.set(channel, listeners);
    return listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const stopped = this.#listening.stop();
    await ended(this.#client?.end());
    await Promise.all([stopped, this.#telling]);
  }

  async #tellAll(): Promise<void> {
    const { signal } = this.#closing;
    while (this.#untold.size > 0 && !signal.aborted) {
      const payloads = [...this.#untold].map(([channel, upTo]) => `${this.#sender} ${channel} ${upTo}`);
      this.#untold.clear();
      try {
        await this.parts.send('SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload', [
          CHANNEL,
          payloads,
        ]);
      } catch (error) {
        if (!signal.aborted) this.parts.onTrouble(error);
      }
      await rest(GAP_MILLIS, signal, { keepsAlive: false });
    }
    // In the same turn as the last look at what is untold: what is told next begins anew.
    this.#telling = undefined;
  }

  /** Listens until the connection ends. @throws why it could not be had, or has ended. */
  async #listen(): Promise<void> {
    const client = new Client(this.parts.config);
    this.#client = client;
    const over = new Promise<Error>((resolve) => {
      client.on('error', resolve);
      client.on('end', () => resolve(new Error('the connection that hears news has ended')));
    });
    client.on('notification', ({ payload = '' }) => this.#heard(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      // What was told while nobody listened here is not heard any more.
      for (const listeners of this.#listeners.values()) listeners.tell(0n);
      this.#listening.going();
      if (this.#closing.signal.aborted) return;
      throw await over;
    } finally {
      void ended(client.end());
    }
  }

  #heard(payload: string): void {
    const [sender, channel = '', upTo = '0'] = payload.split(' ');
    const position = parsePosition(upTo);
    if (sender === this.#sender || position === undefined) return;
    this.#listeners.get(channel)?.tell(position);
  }
}
