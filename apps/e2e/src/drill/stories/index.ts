import type { Story } from '../story.ts';
import { embeddedLost } from './embedded-lost.ts';
import { eventStoreEmpty, pausedCopies, postgresBehindEventStore } from './event-store.ts';
import { folderMoved } from './folder-moved.ts';
import { gatewayOlder } from './gateway-older.ts';
import { keysLost } from './keys-lost.ts';
import { kafkaLost, topicLost } from './records-lost.ts';
import { RESTORED } from './restored.ts';

/** So short that they are told with every change; the others by `npm run drill`. */
export const SHORT_STORIES: readonly Story[] = [folderMoved, keysLost, postgresBehindEventStore];

/** One for each situation of docs/operations.md. */
export const STORIES: readonly Story[] = [
  folderMoved,
  keysLost,
  embeddedLost,
  pausedCopies,
  eventStoreEmpty,
  gatewayOlder,
  ...RESTORED,
  topicLost,
  kafkaLost,
  postgresBehindEventStore,
];
