import type { Decider, Decision } from '@smartkey/kernel';
import { finishExport, refuseExport, requestExport, type ExportCommand } from './exports.decide.ts';
import type { ExportEvent } from './exports.events.ts';
import { evolveExports, noExports, type ExportLog } from './exports.state.ts';

/** The log of exports. */
export const exportLog: Decider<ExportLog, ExportCommand, ExportEvent> = {
  initial: noExports,
  evolve: evolveExports,
  decide: (command, state): Decision<ExportEvent> => {
    switch (command.type) {
      case 'RequestExport':
        return requestExport(command, state);
      case 'FinishExport':
        return finishExport(command, state);
      case 'RefuseExport':
        return refuseExport(command, state);
    }
  },
};
