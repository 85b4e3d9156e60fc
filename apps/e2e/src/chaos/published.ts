import { setTimeout as pause } from 'node:timers/promises';
import { openPostgres } from '@smartkey/database';
import { SERVICES } from '@smartkey/event-bus';
import type { ClusterSystem } from '@smartkey/testing/end-to-end';
import { databaseUrlOf } from './books.ts';
import { recordsOnTopic } from './foreign-reader.ts';

/** System time for what was appended last to be published. */
const PUBLISHED_MILLIS = 60_000;

/** What lies on the topics, as a foreign consumer takes it, beside what the logs hold. */
export interface PublishedCounts {
  readonly events: number;
  /** Records that were there before under the same id: a relay may publish again what was not acknowledged in time. */
  readonly again: number;
}

/** @throws where an event of a log is not on its topic within a minute, or one is there that no log holds. */
export async function comparePublished(cluster: ClusterSystem): Promise<PublishedCounts> {
  const server = await openPostgres(await databaseUrlOf(cluster), { max: 2 });
  let [events, again] = [0, 0];
  try {
    for (const service of SERVICES) {
      const database = await server.database(service.replace('-', '_'));
      const logged = async () =>
        new Set((await database.query<{ id: string }>('select id from event_log')).map(({ id }) => id));
      const deadline = Date.now() + PUBLISHED_MILLIS;
      for (;;) {
        // The log first: what is appended after it may be on the topic or not.
        const ids = await logged();
        const records = (await recordsOnTopic(cluster.brokers, `smartkey.${service}`))
          .filter(({ key }) => key?.toString() !== 'watermark')
          .map(({ headers }) => String(headers['ce_id']));
        const published = new Set(records);
        const missing = [...ids].filter((id) => !published.has(id));
        if (missing.length === 0) {
          const known = published.size > ids.size ? await logged() : ids;
          const foreign = [...published].filter((id) => !known.has(id));
          if (foreign.length > 0)
            throw new Error(`smartkey.${service} holds ${foreign.join()}, and no log does`);
          events += published.size;
          again += records.length - published.size;
          break;
        }
        if (Date.now() > deadline)
          throw new Error(
            `${missing.length} of ${ids.size} events of ${service} are not on its topic: ${missing.slice(0, 5).join()}`,
          );
        await pause(500);
      }
    }
  } finally {
    await server.close();
  }
  return { events, again };
}
