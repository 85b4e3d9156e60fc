import {
  exportLog,
  type ExportEvent,
  type ExportRequested,
  type FinishExport,
  type RefuseExport,
  type RequestExport,
} from '@smartkey/billing-domain';
import type { CommandContext, DecodedEvent } from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import { ok, systemActor, type ExportId, type Rejection, type Result, unrefused } from '@smartkey/kernel';
import { handlerOf, type LogParts } from '../log/handler-of.ts';
import { storedExports } from '../log/stored-events.ts';

/** How an export was told of: the request, and its end where it has one. */
export interface LoggedExport {
  readonly requested?: DecodedEvent<ExportRequested>;
  readonly ended?: DecodedEvent<Exclude<ExportEvent, ExportRequested>>;
}

/** That files are asked for, and what became of them: decided on one stream, one file a format at a time. */
export class ExportCommands {
  readonly #handler;

  constructor(
    parts: LogParts,
    private readonly series: string,
  ) {
    this.#handler = handlerOf(parts, 'exports', exportLog, storedExports);
  }

  /** @returns the id of the export, of a former one where the command was carried out before. */
  async request(command: RequestExport, context: CommandContext): Promise<Result<ExportId, Rejection>> {
    const handled = await this.#handler.handle(this.series, context, () => command);
    return handled.ok ? ok(handled.value.events[0]!.data.export) : handled;
  }

  /** Tells how an export ended, once however often it is tried. */
  async end(command: FinishExport | RefuseExport): Promise<void> {
    const context = {
      commandId: derivedUuid('export-ended', command.export),
      actor: systemActor('billing'),
      repeatable: true,
    };
    unrefused(await this.#handler.handle(this.series, context, () => command));
  }

  /** The exports that are being written. */
  async open(): Promise<readonly ExportRequested['data'][]> {
    return Object.values((await this.#handler.state(this.series)).open);
  }

  async find(id: ExportId): Promise<LoggedExport> {
    const log = await this.#handler.load(this.series);
    let found: LoggedExport = {};
    for (const event of log?.events ?? [])
      if (event.data.export === id)
        found =
          event.type === 'ExportRequested'
            ? { ...found, requested: event as DecodedEvent<ExportRequested> }
            : { ...found, ended: event as NonNullable<LoggedExport['ended']> };
    return found;
  }
}
