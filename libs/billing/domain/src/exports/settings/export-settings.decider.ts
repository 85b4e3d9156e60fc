import type { Decider } from '@smartkey/kernel';
import {
  enterExportSettings,
  setExportSettings,
  type ExportSettingsCommand,
} from './export-settings.decide.ts';
import type { ExportSettingsSet } from './export-settings.events.ts';
import { evolveExportSettings, noExportSettings, type ExportSettingsLog } from './export-settings.state.ts';

/** How the files are written that ERPs take. */
export const exportSettingsDecider: Decider<ExportSettingsLog, ExportSettingsCommand, ExportSettingsSet> = {
  initial: noExportSettings,
  evolve: evolveExportSettings,
  decide: (command, state) =>
    command.type === 'EnterExportSettings'
      ? enterExportSettings(command, state)
      : setExportSettings(command, state),
};
