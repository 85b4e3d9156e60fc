import type { Database } from '@smartkey/database';
import type { EventStore } from '@smartkey/event-store';
import { internalHeaders } from '@smartkey/http';
import type { BillingWorld } from './billing-world.fixture.ts';

/** Posts to the service as its peers do. @throws Error for anything but 200. */
async function post(world: BillingWorld, path: string, body?: object): Promise<void> {
  const headers = internalHeaders({ token: world.environment.material.internalToken });
  const answer = await fetch(`${world.service!.url}${path}`, {
    method: 'POST',
    ...(body === undefined
      ? { headers }
      : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
}

/** As after an older copy was put back, its loss accepted by two, with all readers made anew: what lies behind a document is gone. */
export async function loseBehind(
  number: string,
  {
    world,
    database,
    store,
  }: { readonly world: BillingWorld; readonly database: Database; readonly store: EventStore },
): Promise<void> {
  const [kept] = await database.query<{ position: bigint }>(
    `SELECT position FROM event_log WHERE stream LIKE 'series-%' AND data ->> 'number' = $1`,
    [number],
  );
  await database.execute('DELETE FROM event_log WHERE position > $1', [kept!.position]);
  await giveUpLoss(world, store);
  await world.caughtUp();
}

/** Two accept what billing's log lacks, and all readers are made anew. */
export async function giveUpLoss(world: BillingWorld, store: EventStore): Promise<void> {
  await post(world, '/internal/log/look');
  const { id } = await store.standing.propose('anna', 'the disk is gone');
  await post(world, `/internal/log/losses/${id}/confirmation`, { by: 'ben' });
  await post(world, '/internal/log/look');
}
