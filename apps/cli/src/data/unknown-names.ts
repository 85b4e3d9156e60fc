import { SERVICES } from '@smartkey/event-bus';
import { hasTable, type Database } from '@smartkey/database';
import type { LossFinding } from '@smartkey/event-store';
import { notToldYet, unknownAmong } from '@smartkey/gateway-service';
import { actorsNamed } from '@smartkey/runtime';
import type { Data } from './open-data.ts';

const PAGE = 1_000;

/** Those that no accepted loss has told of yet: the gateway's database is older than the logs of the services. */
export async function newlyUnknownNames(data: Data, gateway: Database): Promise<readonly LossFinding[]> {
  const unknown = await unknownNames(data, gateway);
  return (await hasTable(gateway, 'loss_findings')) ? notToldYet(gateway, unknown) : unknown;
}

/**
 * Access keys and people whom the logs of the services name and the gateway does not know: they were made since the copy of the gateway's
 * database. What was revoked since is named nowhere.
 */
export async function unknownNames(data: Data, gateway: Database): Promise<readonly LossFinding[]> {
  const named = new Map<string, string>();
  for await (const { service, database } of data.started(SERVICES)) {
    const store = await data.log(service, database);
    for (let after = 0n, ended = false; !ended;) {
      const { events, upTo } = await store.readAll({ after, limit: PAGE });
      for (const [id, at] of actorsNamed(events)) named.set(id, `${service} at ${at}`);
      ended = events.length === 0;
      after = upTo;
    }
  }
  return unknownAmong(
    gateway,
    [...named].map(([id, last]) => ({ id, last })),
  );
}
