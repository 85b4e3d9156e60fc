import { join } from 'node:path';
import { SERVICES, type ServiceName } from '@smartkey/event-bus';
import type { Promised } from '../agreement.ts';
import { copyServer, putServerBack, Standby } from '../stage/postgres-copies.ts';
import { copyService, putServiceBack } from '../stage/schema-copies.ts';
import type { Story } from '../story.ts';
import { BOTH } from './meanwhile.ts';
import { lossAccepted, youngerPutIn, type Situation } from './went-back.ts';

let copies = 0;
const nextCopy = (): string => `copy_${(copies += 1)}`;

const HELD: Readonly<Record<ServiceName, readonly Promised[]>> = {
  contract: ['applications'],
  'device-registry': ['registrations'],
  authentication: ['signIns'],
  billing: ['orders', 'documents'],
};

/** One service's schemas, from a dump of them alone. */
const database = (service: ServiceName): Situation => ({
  name: service,
  what: `the database of ${service}`,
  shape: { kind: 'cluster' },
  back: [service],
  holds: HELD[service],
  known: 'to data',
  copy: async (whole) => {
    const copy = await copyService(whole.postgres!.url, service, nextCopy());
    return { putBack: () => putServiceBack(whole.postgres!.url, copy) };
  },
});

/** The topics hold today, and are all who knows. */
const postgres: Situation = {
  name: 'postgres',
  what: 'all of PostgreSQL',
  shape: { kind: 'cluster' },
  back: SERVICES,
  holds: SERVICES.flatMap((service) => HELD[service]),
  known: 'to topics',
  copy: async (whole) => {
    const to = join(whole.folder, nextCopy());
    const server = join(whole.folder, 'postgres');
    await copyServer(whole.postgres!, server, to);
    return { putBack: () => putServerBack(whole.postgres!, server, to) };
  },
};

/** Every reader goes back with its log: where no checkpoint was signed since, only who has put the copy back knows. */
const postgresAlone: Situation = {
  ...postgres,
  name: 'postgres-alone',
  what: 'all of PostgreSQL, without Kafka beside it,',
  shape: { kind: 'server' },
  known: 'to nobody',
};

/** Promoted as it is done in earnest: it leads on a timeline of its own, at the address of the one that is lost. */
const replica: Situation = {
  ...postgres,
  name: 'replica',
  what: 'a replica of PostgreSQL that was behind is promoted: what it leads',
  fallBehind: async (whole) => {
    const server = join(whole.folder, 'postgres');
    const standby = await Standby.start(whole.postgres!, server, join(whole.folder, nextCopy()));
    await standby.fallBehind(whole.postgres!);
    return {
      putBack: async () => {
        await whole.postgres!.kill();
        await standby.promote();
        await putServerBack(whole.postgres!, server, standby.data);
      },
    };
  },
};

/** With Kafka the topics hold records of today beside others that get the same positions again. */
const eventStore = (kind: 'server' | 'cluster'): Situation => ({
  name: kind === 'server' ? 'eventstore' : 'eventstore-kafka',
  what: kind === 'server' ? 'EventStoreDB' : 'EventStoreDB, of whose logs the topics hold today,',
  shape: { kind, eventStore: true },
  back: ['contract', 'device-registry', 'billing'],
  holds: ['applications', 'registrations', 'orders', 'documents'],
  known: 'to data',
  copy: (whole) => {
    const copy = whole.eventStore!.copy();
    return Promise.resolve({ putBack: () => Promise.resolve(whole.eventStore!.putBack(copy)) });
  },
});
const [onOneServer, withKafka] = [eventStore('server'), eventStore('cluster')];

/** What shares a system stands together; a younger copy first, for behind an accepted loss the topics hold more than the logs. */
export const RESTORED: readonly Story[] = [
  ...BOTH.map((meanwhile) => youngerPutIn(onOneServer, meanwhile)),
  ...BOTH.map((meanwhile) => lossAccepted(onOneServer, meanwhile)),
  lossAccepted(onOneServer, 'running', 2),
  lossAccepted(postgresAlone, 'stopped'),
  ...BOTH.map((meanwhile) => youngerPutIn(withKafka, meanwhile)),
  ...BOTH.map((meanwhile) => lossAccepted(withKafka, meanwhile)),
  lossAccepted(withKafka, 'stopped', 2),
  ...SERVICES.flatMap((service) => BOTH.map((meanwhile) => youngerPutIn(database(service), meanwhile))),
  ...BOTH.map((meanwhile) => youngerPutIn(postgres, meanwhile)),
  ...BOTH.map((meanwhile) => youngerPutIn(replica, meanwhile)),
  ...SERVICES.flatMap((service) => BOTH.map((meanwhile) => lossAccepted(database(service), meanwhile))),
  ...BOTH.map((meanwhile) => lossAccepted(postgres, meanwhile)),
  ...BOTH.map((meanwhile) => lossAccepted(replica, meanwhile)),
  lossAccepted(database('device-registry'), 'running', 2),
  lossAccepted(database('billing'), 'stopped', 2),
  ...BOTH.map((meanwhile) => lossAccepted(postgres, meanwhile, 2)),
];
