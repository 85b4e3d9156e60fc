import type { JstDay } from '@smartkey/calendar';
import { conflict, event, invalid, ok, type Decider, type Decision, type ExportId } from '@smartkey/kernel';
import type { AcknowledgedItem, ExportAcknowledged } from './acknowledgement.events.ts';
import {
  evolveAcknowledgement,
  notAcknowledged,
  type Acknowledgement,
  type Receipt,
} from './acknowledgement.state.ts';

export interface AcknowledgeExport {
  readonly export: ExportId;
  readonly on: JstDay;
  /** The day of the command, in JST: nothing is acknowledged ahead. */
  readonly today: JstDay;
  readonly externalId?: string | undefined;
  readonly items?: readonly AcknowledgedItem[] | undefined;
}

/**
 * Records what an ERP has taken in: the file, where it has a number or no documents are named; each document that is named. What holds
 * already is no second fact; what was acknowledged otherwise stays, and is a conflict.
 */
function acknowledge(command: AcknowledgeExport, state: Acknowledgement): Decision<ExportAcknowledged> {
  const { export: id, on, externalId, items = [] } = command;
  if (on > command.today)
    return invalid('future-day', 'An acknowledgement lies in the past.', { pointer: '/on' });
  const numbers = new Set(items.map(({ number }) => number));
  if (numbers.size < items.length)
    return invalid('named-twice', 'A document is named twice.', { pointer: '/items' });
  const asFile = externalId !== undefined || items.length === 0;
  const receipt = { on, ...(externalId !== undefined && { externalId }) };
  if (asFile && state.file !== undefined && !same(state.file, receipt))
    return conflict('acknowledged-otherwise', `The file was acknowledged on ${state.file.on}.`, {
      pointer: '/externalId',
    });
  for (const [index, { number, externalId: slip }] of items.entries()) {
    const before = state.documents[number];
    if (before !== undefined && !same(before, { on, externalId: slip }))
      return conflict('acknowledged-otherwise', `${number} was acknowledged otherwise on ${before.on}.`, {
        pointer: `/items/${index}/externalId`,
      });
  }
  const fresh = items.filter(({ number }) => state.documents[number] === undefined);
  const file = asFile && state.file === undefined;
  if (!file && fresh.length === 0) return ok([]);
  return ok([
    event('ExportAcknowledged', {
      export: id,
      on,
      file,
      ...(file && externalId !== undefined && { externalId }),
      items: fresh.map(({ number, externalId: slip }) => ({ number, externalId: slip })),
    }),
  ]);
}

const same = (a: Receipt, b: Receipt): boolean => a.on === b.on && a.externalId === b.externalId;

/** What an ERP has said of one export. */
export const acknowledgementDecider: Decider<Acknowledgement, AcknowledgeExport, ExportAcknowledged> = {
  initial: notAcknowledged,
  evolve: evolveAcknowledgement,
  decide: acknowledge,
};
