import { copyService, putServiceBack } from '../stage/schema-copies.ts';
import type { Service } from '../stage/whole.ts';
import type { Story } from '../story.ts';
import { lossAccepted, youngerPutIn, type Situation } from './went-back.ts';

let copies = 0;
const nextCopy = (): string => `copy_${(copies += 1)}`;

/** One service's schemas, from a dump of them alone. */
const database = (service: Service): Situation => ({
  name: service,
  what: `the database of ${service}`,
  shape: { kind: 'cluster' },
  back: [service],
  holds: service === 'device-registry' ? ['registrations'] : service === 'authentication' ? ['signIns'] : [],
  copy: async (whole) => {
    const copy = await copyService(whole.postgres!.url, service, nextCopy());
    return { putBack: () => putServiceBack(whole.postgres!.url, copy) };
  },
});

const eventStore: Situation = {
  name: 'eventstore',
  what: 'EventStoreDB',
  shape: { kind: 'server', eventStore: true },
  back: ['device-registry'],
  holds: ['registrations'],
  copy: (whole) => {
    const copy = whole.eventStore!.copy();
    return Promise.resolve({ putBack: () => Promise.resolve(whole.eventStore!.putBack(copy)) });
  },
};

export const RESTORED: readonly Story[] = [
  youngerPutIn(eventStore, 'running'),
  lossAccepted(eventStore, 'running'),
  lossAccepted(database('device-registry'), 'running'),
];
