import type { ServiceName } from '@smartkey/event-bus';
import { decodeCursor, encodeCursor, invalidCursor, notFoundProblem, type Page } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import type { ProvedLog } from '@smartkey/transparency';
import { LOGS } from '../audit/audit-trail.ts';
import type { LogName } from '../audit/merge-logs.ts';
import { AskedService } from '../forwarding/asked-service.ts';
import type { OwnerPort } from '../forwarding/owner-request.ts';
import { OWN_LOG } from '../log/people-feed.ts';

/** How far a log went, signed. */
export interface SignedCheckpoint {
  /** How many events it had. */
  readonly size: number;
  /** When that was signed, by the system's clock. */
  readonly at: Instant;
  /** The signed note as text (C2SP signed-note): origin, size, root, and who signed. */
  readonly note: string;
  /** When the witness saw it, by its own clock (Unix seconds); null where it has not. */
  readonly witnessedAt: number | null;
}

/** What a log's checkpoints are signed with. */
export interface LogKey {
  /** Under which name the log is or was known: `<system>/<service>`, and behind an accepted loss `/<number>`. */
  readonly log: string;
  /** The public key as C2SP signed-note writes it: `<log>+<id>+<base64>`. */
  readonly key: string;
  /** Since when it signs (system time, RFC 3339 in seconds); null for the first key of a log. */
  readonly from: string | null;
  /** When it retires or did: 30 days after another took its place; null for the key that goes on signing. */
  readonly retiresAt: string | null;
}

/** That one size of a log is the beginning of another. */
export interface SizesProved {
  readonly log: string;
  readonly from: number;
  readonly to: number;
  /** Hashes in base64, in the order of RFC 6962, 2.1.2. */
  readonly hashes: readonly string[];
}

interface LogCheckpoints {
  readonly origin: string;
  readonly keys: readonly LogKey[];
  readonly items: readonly SignedCheckpoint[];
  readonly next?: number;
}

const SIZE = /^[1-9]\d{0,15}$/;

function sizeOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const [size] = decodeCursor(cursor, 'string');
  if (!SIZE.test(size) || !Number.isSafeInteger(Number(size))) throw invalidCursor();
  return Number(size);
}

/** The signed checkpoints of all logs, each from its own service. */
export class CheckpointsOfAllLogs {
  constructor(
    private readonly services: Readonly<Record<ServiceName, OwnerPort>>,
    private readonly token: string,
    /** The gateway's own log. */
    private readonly people: ProvedLog,
  ) {}

  /** @throws ProblemException 422, 503 where a service is down. */
  async list(log: LogName, limit: number, cursor: string | undefined): Promise<Page<SignedCheckpoint>> {
    const { items, next } = await this.#pageOf(log, limit, sizeOf(cursor));
    return { items, nextCursor: next === undefined ? null : encodeCursor(String(next)) };
  }

  /** @throws ProblemException 404 where none was signed yet. */
  async latest(log: LogName): Promise<string> {
    const { items } = await this.#pageOf(log, 1, undefined);
    if (items[0] === undefined) throw notFoundProblem();
    return items[0].note;
  }

  /** @throws ProblemException 404 where a size has no checkpoint. */
  async consistency(log: LogName, from: number, to: number): Promise<SizesProved> {
    const hashes = await this.#consistencyOf(log, from, to);
    if (hashes === undefined) throw notFoundProblem();
    const { origin } = await this.#pageOf(log, 1, undefined);
    return { log: origin, from, to, hashes };
  }

  /** Of the logs that are signed. */
  async keys(): Promise<readonly LogKey[]> {
    const pages = await Promise.all(LOGS.map((log) => this.#pageOf(log, 1, undefined)));
    return pages.flatMap(({ keys }) => keys);
  }

  async #pageOf(log: LogName, limit: number, before: number | undefined): Promise<LogCheckpoints> {
    if (log === OWN_LOG) {
      const origin = await this.people.origin();
      return { origin, keys: await this.people.keys(), ...(await this.people.page(before, limit)) };
    }
    const until = before === undefined ? '' : `&before=${before}`;
    return (await this.#ask(log, `?limit=${limit}${until}`)) as LogCheckpoints;
  }

  async #consistencyOf(log: LogName, from: number, to: number): Promise<readonly string[] | undefined> {
    if (log === OWN_LOG) return this.people.consistency(from, to);
    return (await this.#ask(log, `/consistency?from=${from}&to=${to}`)) as readonly string[] | undefined;
  }

  /** @returns undefined where the service knows nothing of it. */
  async #ask(service: ServiceName, rest: string): Promise<unknown> {
    const asked = new AskedService(this.services[service], this.token);
    return asked.find({ path: `/internal/log/checkpoints${rest}` });
  }
}
