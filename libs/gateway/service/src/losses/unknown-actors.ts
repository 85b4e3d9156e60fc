import type { Sql } from '@smartkey/database';
import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import type { LossFinding } from '@smartkey/event-store';
import { ProblemException } from '@smartkey/http';
import type { ActorsView } from '@smartkey/runtime';
import type { AskedService } from '../forwarding/asked-service.ts';

/** A look goes on for no longer than that (system time); the next one goes on where it stopped. */
const LOOK_MILLIS = 5_000;
/** So many are remembered; more say nothing new. */
const MOST = 200;

/** A key or person in whose name a service's log has events. */
export interface NamedActor {
  readonly id: string;
  /** `billing at 2018-02-01T…`: whose log named it last, and when. */
  readonly last: string;
}

/** Those whom the gateway does not know: made since the copy that its database was put back from. */
export async function unknownAmong(
  gateway: Sql,
  named: readonly NamedActor[],
): Promise<readonly LossFinding[]> {
  if (named.length === 0) return [];
  const known = await gateway.query<{ id: string }>(
    'SELECT id FROM keys WHERE id = ANY ($1::text[]) UNION ALL SELECT id FROM people WHERE id = ANY ($1::text[])',
    [named.map(({ id }) => id)],
  );
  const there = new Set(known.map(({ id }) => id));
  return named.flatMap(({ id, last }) =>
    there.has(id)
      ? []
      : [
          {
            kind: id.startsWith('key_') ? 'key-unknown' : 'person-unknown',
            subject: id,
            detail: `made since the copy: the log of ${last} names it, the gateway does not know it any more`,
          },
        ],
  );
}

/** Of these, what no accepted loss has told of yet. */
export async function notToldYet(
  gateway: Sql,
  unknown: readonly LossFinding[],
): Promise<readonly LossFinding[]> {
  if (unknown.length === 0) return unknown;
  const told = await gateway.query<{ subject: string }>(
    'SELECT subject FROM loss_findings WHERE kind = ANY ($1::text[]) AND subject = ANY ($2::text[])',
    [['key-unknown', 'person-unknown'], unknown.map(({ subject }) => subject)],
  );
  const known = new Set(told.map(({ subject }) => subject));
  return unknown.filter(({ subject }) => !known.has(subject));
}

/** What looking through the logs of the services has come to so far. */
export interface LookedThrough {
  /** The first 200. */
  readonly unknown: readonly LossFinding[];
  /** All logs were looked through to their ends: there are no others. */
  readonly complete: boolean;
}

/**
 * Keys and people that the services' logs name and the gateway does not know. Logs may be long: each look takes some seconds at most and goes on
 * where the last one stopped.
 */
export class UnknownActors {
  readonly #after = new Map<ServiceName, string>();
  /** By id. */
  readonly #unknown = new Map<string, NamedActor>();

  constructor(
    private readonly gateway: Sql,
    private readonly services: Readonly<Record<ServiceName, AskedService>>,
  ) {}

  async look(): Promise<LookedThrough> {
    const until = performance.now() + LOOK_MILLIS;
    let complete = true;
    for (const service of SERVICES)
      if (!(await this.#lookThrough(service, until).catch(unanswered))) complete = false;
    // A younger copy may have been put in meanwhile.
    const unknown = await unknownAmong(this.gateway, [...this.#unknown.values()]);
    const still = new Set(unknown.map(({ subject }) => subject));
    for (const id of this.#unknown.keys()) if (!still.has(id)) this.#unknown.delete(id);
    return { unknown, complete: complete && unknown.length < MOST };
  }

  /** Of those that were found so far, what no accepted loss has told of yet. */
  async newFindings(): Promise<readonly LossFinding[]> {
    return notToldYet(this.gateway, (await this.look()).unknown);
  }

  /** @returns whether it was looked through to its end. */
  async #lookThrough(service: ServiceName, until: number): Promise<boolean> {
    while (performance.now() < until) {
      const after = this.#after.get(service) ?? '0';
      const page = await this.services[service].find<ActorsView>({
        path: `/internal/log/actors?after=${after}`,
      });
      // A version before cannot tell.
      if (page === undefined) return false;
      const named = page.actors.map(({ id, at }) => ({ id, last: `${service} at ${at}` }));
      const ids = new Set((await unknownAmong(this.gateway, named)).map(({ subject }) => subject));
      for (const each of named)
        if (ids.has(each.id) && (this.#unknown.size < MOST || this.#unknown.has(each.id)))
          this.#unknown.set(each.id, each);
      this.#after.set(service, page.upTo);
      if (page.ended) return true;
    }
    return false;
  }
}

/** Who does not answer says nothing: it is asked again with the next look. */
function unanswered(error: unknown): false {
  if (error instanceof ProblemException) return false;
  throw error;
}
