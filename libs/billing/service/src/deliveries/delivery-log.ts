import {
  documentDeliveries,
  type Deliveries,
  type DeliveryCommand,
  type DeliveryEvent,
  type Invoice,
} from '@smartkey/billing-domain';
import { CommandHandler, EventCodec, type CommandContext, type Handled } from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import { systemActor, type Rejection, type Result } from '@smartkey/kernel';
import type { ServiceParts } from '@smartkey/runtime';
import { storedDeliveries } from '../log/stored-events.ts';

const ACTOR = systemActor('billing');

/** How documents reached the contractor, each a stream of billing's log. */
export class DeliveryLog {
  readonly #handler: CommandHandler<Deliveries, DeliveryCommand, DeliveryEvent>;

  constructor({ store, clock, subjectKeys }: Pick<ServiceParts, 'store' | 'clock' | 'subjectKeys'>) {
    this.#handler = new CommandHandler({
      store,
      clock,
      codec: new EventCodec<DeliveryEvent>(storedDeliveries, subjectKeys),
      decider: documentDeliveries,
      category: 'delivery',
    });
  }

  async of(number: string): Promise<Deliveries> {
    return (await this.#handler.load(number))?.state ?? documentDeliveries.initial;
  }

  handle(
    command: DeliveryCommand,
    context: CommandContext,
  ): Promise<Result<Handled<Deliveries, DeliveryEvent>, Rejection>> {
    return this.#handler.handle(command.number, context, () => command);
  }

  /** The contractor fetched a document: the first time is recorded. */
  async downloaded({ number, contract }: Invoice): Promise<void> {
    await this.record({ type: 'RecordDownload', number, contract });
  }

  /** Records what came about by itself. The decider knows what is there, so that a repeat changes nothing. */
  async record(command: DeliveryCommand, ...identity: readonly string[]): Promise<void> {
    const commandId = derivedUuid('delivery', command.type, command.number, ...identity);
    const handled = await this.handle(command, { commandId, actor: ACTOR });
    if (!handled.ok) throw new Error(handled.error.detail);
  }
}
