import { byType, type Decider } from '@smartkey/kernel';
import { finishExport, refuseExport, requestExport, type ExportCommand } from './exports.decide.ts';
import type { ExportEvent } from './exports.events.ts';
import { evolveExports, noExports, type ExportLog } from './exports.state.ts';

/** The log of exports. */
export const exportLog: Decider<ExportLog, ExportCommand, ExportEvent> = {
  initial: noExports,
  evolve: evolveExports,
  decide: byType({
    RequestExport: requestExport,
    FinishExport: finishExport,
    RefuseExport: refuseExport,
  }),
};
