import type { Story } from '../story.ts';
import { embeddedLost } from './embedded-lost.ts';
import {
  eventStoreEmpty,
  pausedCopies,
  postgresBehindEventStore,
  postgresYoungerPutIn,
} from './event-store.ts';
import { folderMoved } from './folder-moved.ts';
import { GATEWAY_OLDER } from './gateway-older.ts';
import { keysLost } from './keys-lost.ts';
import { RECORDS_LOST } from './records-lost.ts';
import { RESTORED } from './restored.ts';

/** So short that they are told with every change; the others by `npm run drill`. */
export const SHORT_STORIES: readonly Story[] = [folderMoved, keysLost, postgresBehindEventStore];

/** One for each situation of docs/operations.md. */
export const STORIES: readonly Story[] = [
  folderMoved,
  keysLost,
  embeddedLost,
  pausedCopies,
  postgresYoungerPutIn,
  eventStoreEmpty,
  ...GATEWAY_OLDER,
  ...RESTORED,
  ...RECORDS_LOST,
  postgresBehindEventStore,
];
