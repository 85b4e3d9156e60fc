import { DatabaseUnavailableError, type Database } from '@smartkey/database';
import type { RecordedEvent } from '@smartkey/kernel';
import { Batcher } from '@smartkey/lifecycle';

/** Whose an event's id is. */
export interface EventClaim {
  readonly id: string;
  readonly stream: string;
  /** The event, if it is in the stream, does not stand before this revision. */
  readonly fromRevision: number;
  readonly holders: readonly string[];
}

/** Holds the claims of events that are known to be in the log: no instance's, and never given up. */
const STORED = '00000000-0000-0000-0000-000000000000/0';

/** What became of the claims of one append. */
export interface Claimed {
  /** Ids that were claimed for the same stream before: a repeat, or another attempt at the same time. */
  readonly known: readonly string[];
  /** Revision from which on `known` may stand in the stream. */
  readonly fromRevision: number;
  /** Ids that belong to other streams. */
  readonly elsewhere: readonly string[];
}

interface ClaimedRow {
  readonly id: string;
  readonly from_revision: number;
  readonly fresh: boolean;
}

/** What one append claims. */
interface Claim {
  readonly ids: readonly string[];
  readonly stream: string;
  readonly fromRevision: number;
  readonly holder: string;
}

/** Appends whose claims go in one statement. */
const MOST_AT_ONCE = 200;

interface ClaimRow {
  readonly id: string;
  readonly stream: string;
  readonly from_revision: number;
  readonly holders: readonly string[];
  readonly held: boolean;
}

/** The claims on events' ids: one row each, in the service's database, made before the event is appended. */
export class EventClaims {
  /** What could not be given up while the database was away. */
  #unreleased: { readonly ids: readonly string[]; readonly holder: string }[] = [];

  /** What is claimed at the same time goes in one statement, which can change a row only once. */
  readonly #claims = new Batcher<Claim, Claimed>((claims) => this.#claimAll(claims), {
    most: MOST_AT_ONCE,
    keysOf: ({ ids }) => ids,
    sideBySide: true,
  });

  constructor(private readonly database: Database) {}

  /** Claims ids for a stream. */
  claim(ids: readonly string[], stream: string, fromRevision: number, holder: string): Promise<Claimed> {
    return this.#claims.add({ ids, stream, fromRevision, holder });
  }

  /** Claims events that are in the log, where nobody does. @returns how many nobody did. */
  async claimStored(events: readonly RecordedEvent[]): Promise<number> {
    return this.database.execute(
      `INSERT INTO event_claims (id, stream, from_revision, holders)
       SELECT id, stream, revision, ARRAY[$4] FROM unnest($1::uuid[], $2::text[], $3::integer[]) e(id, stream, revision) ORDER BY id
       ON CONFLICT DO NOTHING`,
      [
        events.map(({ id }) => id),
        events.map(({ stream }) => stream),
        events.map(({ revision }) => revision),
        STORED,
      ],
    );
  }

  /** @returns the claim, and whether one of its holders may still append; `undefined` where nobody claims the id. */
  async find(id: string): Promise<{ readonly claim: EventClaim; readonly held: boolean } | undefined> {
    const [row] = await this.database.query<ClaimRow>(
      `SELECT id, stream, from_revision, holders, EXISTS (
         SELECT 1 FROM unnest(holders) holder
         JOIN log_instances i ON i.id = split_part(holder, '/', 1)::uuid AND i.lease_until > clock_timestamp()
       ) AS held
       FROM event_claims WHERE id = $1`,
      [id],
    );
    if (row === undefined) return undefined;
    const { stream, from_revision: fromRevision, holders, held } = row;
    return { claim: { id, stream, fromRevision, holders }, held };
  }

  /** Whether somebody whose claim on one of the ids is older than the holder's may still append it, or just has. */
  async heldBefore(ids: readonly string[], holder: string): Promise<boolean> {
    const [row] = await this.database.query<{ held: boolean }>(
      `SELECT EXISTS (
         SELECT 1 FROM event_claims c
         CROSS JOIN LATERAL unnest(c.holders) WITH ORDINALITY h(holder, n)
         JOIN log_instances i ON i.id = split_part(h.holder, '/', 1)::uuid AND i.lease_until > clock_timestamp()
         WHERE c.id = ANY ($1::uuid[]) AND h.n < coalesce(array_position(c.holders, $2), 0)
       ) AS held`,
      [ids, holder],
    );
    return row!.held;
  }

  /** Takes an id over from a claim that nobody can make good any more. @returns false where it has changed meanwhile. */
  async takeOver(
    { id, stream, holders }: EventClaim,
    by: { readonly stream: string; readonly fromRevision: number; readonly holder: string },
  ): Promise<boolean> {
    const changed = await this.database.execute(
      `UPDATE event_claims SET stream = $2, from_revision = $3, holders = ARRAY[$4]
       WHERE id = $1 AND stream = $5 AND holders = $6::text[]`,
      [id, by.stream, by.fromRevision, by.holder, stream, holders],
    );
    return changed > 0;
  }

  /** Gives up what this attempt holds: it has appended nothing, and will not. Later, where the database is away. */
  async release(ids: readonly string[], holder: string): Promise<void> {
    this.#unreleased.push({ ids, holder });
    await this.releaseLeft();
  }

  /** In the order of the ids, so that two statements never wait for each other. */
  async #claimAll(claims: readonly Claim[]): Promise<readonly Claimed[]> {
    const each = claims.flatMap(({ ids, ...rest }) => ids.map((id) => ({ id, ...rest })));
    const rows = await this.database.query<ClaimedRow>(
      `INSERT INTO event_claims AS c (id, stream, from_revision, holders)
       SELECT id, stream, from_revision, ARRAY[holder]
       FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::text[]) e(id, stream, from_revision, holder) ORDER BY id
       ON CONFLICT (id) DO UPDATE
         SET holders = c.holders || excluded.holders, from_revision = least(c.from_revision, excluded.from_revision)
         WHERE c.stream = excluded.stream
       RETURNING id, from_revision, xmax = 0 AS fresh`,
      [
        each.map(({ id }) => id),
        each.map(({ stream }) => stream),
        each.map(({ fromRevision }) => fromRevision),
        each.map(({ holder }) => holder),
      ],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return claims.map((claim) => claimedOf(claim, byId));
  }

  async releaseLeft(): Promise<void> {
    if (this.#unreleased.length === 0) return;
    const left = this.#unreleased;
    this.#unreleased = [];
    for (const [i, { ids, holder }] of left.entries())
      try {
        await this.database.execute(
          `WITH gone AS (DELETE FROM event_claims WHERE id = ANY ($1::uuid[]) AND holders = ARRAY[$2] RETURNING id)
           UPDATE event_claims SET holders = array_remove(holders, $2)
           WHERE id = ANY ($1::uuid[]) AND id NOT IN (SELECT id FROM gone)`,
          [ids, holder],
        );
      } catch (error) {
        this.#unreleased.push(...left.slice(i));
        if (!(error instanceof DatabaseUnavailableError)) throw error;
        return;
      }
  }
}

function claimedOf({ ids, fromRevision }: Claim, rows: ReadonlyMap<string, ClaimedRow>): Claimed {
  const claimed = ids.flatMap((id) => rows.get(id) ?? []);
  const known = claimed.filter(({ fresh }) => !fresh);
  return {
    known: known.map(({ id }) => id),
    fromRevision: Math.min(fromRevision, ...known.map((row) => row.from_revision)),
    elsewhere: ids.filter((id) => !rows.has(id)),
  };
}
