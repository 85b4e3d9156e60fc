import type { Story } from '../story.ts';
import { youngerPutIn, type Situation } from './went-back.ts';

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

/** What is put back from an older copy, and then from a younger one. */
export const RESTORED: readonly Story[] = [youngerPutIn(eventStore, 'running')];
