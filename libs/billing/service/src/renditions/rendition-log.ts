import {
  renditionDecider,
  type Rendition,
  type RenditionCommand,
  type RenditionEvent,
} from '@smartkey/billing-domain';
import { CommandHandler, EventCodec } from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import { systemActor, unrefused } from '@smartkey/kernel';
import type { ServiceParts } from '@smartkey/runtime';
import type { SharedSeal } from '@smartkey/secrets';
import { storedRenditions } from '../log/stored-events.ts';

const ACTOR = systemActor('billing');

/** What documents have become besides themselves: a stream of billing's log each. */
export class RenditionLog {
  readonly #handler: CommandHandler<Rendition, RenditionCommand, RenditionEvent>;

  constructor(
    { store, clock, subjectKeys }: Pick<ServiceParts, 'store' | 'clock' | 'subjectKeys'>,
    parties: SharedSeal,
  ) {
    this.#handler = new CommandHandler({
      store,
      clock,
      codec: new EventCodec<RenditionEvent>(storedRenditions, subjectKeys, parties),
      decider: renditionDecider,
      category: 'rendition',
    });
  }

  async of(number: string): Promise<Rendition> {
    return (await this.#handler.load(number))?.state ?? renditionDecider.initial;
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
