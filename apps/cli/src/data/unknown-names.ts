import { SERVICES } from '@smartkey/event-bus';
import { hasTable, type Database } from '@smartkey/database';
import type { LossFinding } from '@smartkey/event-store';
import { SystemClock } from '@smartkey/identity';
import type { Actor } from '@smartkey/kernel';
import type { Data } from './open-data.ts';

const PAGE = 1_000;

/** Those that no accepted loss has told of yet: the gateway's database is older than the logs of the services. */
export async function newlyUnknownNames(data: Data, gateway: Database): Promise<readonly LossFinding[]> {
  const unknown = await unknownNames(data, gateway);
  if (unknown.length === 0 || !(await hasTable(gateway, 'loss_findings'))) return unknown;
  const told = await gateway.query<{ subject: string }>(
    'SELECT subject FROM loss_findings WHERE kind = ANY ($1::text[])',
    [['key-unknown', 'person-unknown']],
  );
  const known = new Set(told.map(({ subject }) => subject));
  return unknown.filter(({ subject }) => !known.has(subject));
}

/**
 * Access keys and people whom the logs of the services name and the gateway does not know: they were made since the copy of the gateway's
 * database. What was revoked since is named nowhere.
 */
export async function unknownNames(data: Data, gateway: Database): Promise<readonly LossFinding[]> {
  const named = new Map<string, string>();
  for (const service of SERVICES) {
    const database = await data.schema(service);
    if (database === undefined) continue;
    const store = await data.log(service, database, new SystemClock());
    for (let after = 0n, ended = false; !ended;) {
      const { events, upTo } = await store.readAll({ after, limit: PAGE });
      for (const { metadata, occurredAt } of events) {
        const { key, person } = (metadata as { readonly actor?: Partial<Actor> }).actor ?? {};
        for (const id of [key, person?.id])
          if (id !== undefined && /^(key|per)_/.test(id)) named.set(id, `${service} at ${occurredAt}`);
      }
      ended = events.length === 0;
      after = upTo;
    }
  }
  const known = await gateway.query<{ id: string }>(
    'SELECT id FROM keys WHERE id = ANY ($1::text[]) UNION ALL SELECT id FROM people WHERE id = ANY ($1::text[])',
    [[...named.keys()]],
  );
  const there = new Set(known.map(({ id }) => id));
  return [...named].flatMap(([subject, last]) =>
    there.has(subject)
      ? []
      : [
          {
            kind: subject.startsWith('key_') ? 'key-unknown' : 'person-unknown',
            subject,
            detail: `made since the copy: the log of ${last} names it, the gateway does not know it any more`,
          },
        ],
  );
}
