import {
  currentExportSettings,
  exportSettingsDecider,
  exportSettingsOf,
  type ExportSettings,
  type ExportSettingsCommand,
  type ExportSettingsLog,
  type ExportSettingsSet,
  type ToldExportSettings,
} from '@smartkey/billing-domain';
import type { CommandContext, Handled } from '@smartkey/event-store';
import { orThrow } from '@smartkey/http';
import { handlerOf, type LogParts } from '../log/handler-of.ts';
import { storedExportSettings } from '../log/stored-events.ts';

/** One installation has one log of them. */
const ID = 'billing';

/** The settings of files for ERPs as billing's own log has them. Read from their stream, so there is nothing to lag behind. */
export class ExportSettingsStream {
  readonly #handler;

  constructor(parts: LogParts) {
    this.#handler = handlerOf(parts, 'export-settings', exportSettingsDecider, storedExportSettings);
  }

  log(): Promise<ExportSettingsLog> {
    return this.#handler.state(ID);
  }

  async current(): Promise<ToldExportSettings> {
    return currentExportSettings(await this.log());
  }

  /** @throws Error where the log was never told of such a version. */
  async ofVersion(version: number): Promise<ExportSettings> {
    const settings = exportSettingsOf(await this.log(), version);
    if (settings === undefined) throw new Error(`the log knows no export settings of version ${version}`);
    return settings;
  }

  /** @throws ProblemException where it is refused. */
  async tell(
    command: ExportSettingsCommand,
    context: CommandContext,
  ): Promise<Handled<ExportSettingsLog, ExportSettingsSet>> {
    return orThrow(await this.#handler.handle(ID, context, () => command));
  }
}
