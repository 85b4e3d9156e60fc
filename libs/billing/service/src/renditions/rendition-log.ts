import { renditionDecider, type Rendition, type RenditionCommand } from '@smartkey/billing-domain';
import { derivedUuid } from '@smartkey/identity';
import { systemActor, unrefused } from '@smartkey/kernel';
import type { SharedSeal } from '@smartkey/secrets';
import { handlerOf, type LogParts } from '../log/handler-of.ts';
import { storedRenditions } from '../log/stored-events.ts';

const ACTOR = systemActor('billing');

/** What documents have become besides themselves: a stream of billing's log each. */
export class RenditionLog {
  readonly #handler;

  constructor(parts: LogParts, parties: SharedSeal) {
    this.#handler = handlerOf(parts, 'rendition', renditionDecider, storedRenditions, parties);
  }

  of(number: string): Promise<Rendition> {
    return this.#handler.state(number);
  }

  /** Records it once, whoever else records the same: the decider knows what is there. @returns how it stands then. */
  async record(command: RenditionCommand): Promise<Rendition> {
    const context = { commandId: commandIdOf(command), actor: ACTOR };
    return unrefused(await this.#handler.handle(command.number, context, () => command)).state;
  }
}

/** A file, and a statement, is the only one of its document and kind: so is the id of its event. */
function commandIdOf(command: RenditionCommand): string {
  switch (command.type) {
    case 'RecordFile':
      return derivedUuid('document-rendered', command.number, command.file.kind);
    case 'RecordStatement':
      return derivedUuid('statement-made', command.number);
    case 'Complete':
      return derivedUuid('document-completed', command.number, JSON.stringify(command.completion));
  }
}
