import {
  acknowledgementDecider,
  type Acknowledgement,
  type ExportAcknowledged,
} from '@smartkey/billing-domain';
import { jstDayOf } from '@smartkey/calendar';
import type { CommandContext, Handled } from '@smartkey/event-store';
import { orNotFound, orThrow, ProblemException, validationFailed } from '@smartkey/http';
import type { ExportId } from '@smartkey/kernel';
import { handlerOf, type LogParts } from '../log/handler-of.ts';
import { storedAcknowledgements } from '../log/stored-events.ts';
import type { AcknowledgementForm } from './export.forms.ts';
import type { ExportReads } from './export-reads.ts';
import type { ExportView } from './export-view.ts';

/** What ERPs say of exports, each a stream of billing's log. */
export class Acknowledgements {
  readonly #handler;

  constructor(
    parts: LogParts,
    private readonly reads: ExportReads,
  ) {
    this.#handler = handlerOf(parts, 'acknowledgement', acknowledgementDecider, storedAcknowledgements);
  }

  /**
   * @returns the export as it was before, and what is acknowledged of it now.
   * @throws ProblemException 404, 409 where it is not finished or was acknowledged otherwise, 422 for documents that it does not hold.
   */
  async acknowledge(
    id: ExportId,
    { on, externalId, items }: AcknowledgementForm,
    context: CommandContext,
  ): Promise<{
    readonly view: ExportView;
    readonly handled: Handled<Acknowledgement, ExportAcknowledged>;
  }> {
    const view = orNotFound(await this.reads.find(id));
    if (view.state !== 'finished')
      throw new ProblemException(409, 'export-not-finished', `The export is ${view.state}: it has no file.`);
    await this.#mustHold(id, items ?? []);
    const handled = orThrow(
      await this.#handler.handle(id, context, (now) => ({
        export: id,
        on,
        today: jstDayOf(now),
        externalId,
        items,
      })),
    );
    return { view, handled };
  }

  async #mustHold(id: ExportId, items: NonNullable<AcknowledgementForm['items']>): Promise<void> {
    const held = await this.reads.heldBy(
      id,
      items.map(({ number }) => number),
    );
    const errors = items.flatMap(({ number }, index) =>
      held.has(number)
        ? []
        : [
            {
              pointer: `/items/${index}/number`,
              rule: 'not-in-export',
              detail: 'The export holds no such document.',
            },
          ],
    );
    if (errors.length > 0) throw validationFailed(errors);
  }
}
