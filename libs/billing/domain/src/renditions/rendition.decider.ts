import { byType, type Decider } from '@smartkey/kernel';
import { completeDocument, recordFile, recordStatement, type RenditionCommand } from './rendition.decide.ts';
import type { RenditionEvent } from './rendition.events.ts';
import { evolveRendition, notRendered, type Rendition } from './rendition.state.ts';

/** What one document has become besides itself: stream `rendition-<number>`. */
export const renditionDecider: Decider<Rendition, RenditionCommand, RenditionEvent> = {
  initial: notRendered,
  evolve: evolveRendition,
  decide: byType({
    Complete: completeDocument,
    RecordFile: recordFile,
    RecordStatement: recordStatement,
  }),
};
