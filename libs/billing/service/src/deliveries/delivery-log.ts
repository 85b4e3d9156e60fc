import {
  documentDeliveries,
  type Deliveries,
  type DeliveryCommand,
  type DeliveryEvent,
  type Invoice,
} from '@smartkey/billing-domain';
import type { CommandContext, Handled } from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import { systemActor, type Rejection, type Result, unrefused } from '@smartkey/kernel';
import { handlerOf, type LogParts } from '../log/handler-of.ts';
import { storedDeliveries } from '../log/stored-events.ts';
import type { DeliveryMetrics } from './delivery.metrics.ts';

const ACTOR = systemActor('billing');

/** How documents reached the contractor, each a stream of billing's log. */
export class DeliveryLog {
  readonly #handler;

  constructor(
    parts: LogParts,
    private readonly metrics: DeliveryMetrics,
  ) {
    this.#handler = handlerOf(parts, 'delivery', documentDeliveries, storedDeliveries);
  }

  of(number: string): Promise<Deliveries> {
    return this.#handler.state(number);
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

  /** The same for many that it fetched at once, in one append. */
  async downloadedMany(documents: readonly Invoice[]): Promise<void> {
    const handled = await this.#handler.handleMany(
      documents.map(({ number, contract }) => ({
        id: number,
        context: { commandId: commandIdOf({ type: 'RecordDownload', number, contract }), actor: ACTOR },
        command: () => ({ type: 'RecordDownload', number, contract }),
      })),
    );
    handled.forEach(unrefused);
  }

  /** Records what came about by itself. The decider knows what is there, so that a repeat changes nothing. */
  async record(command: DeliveryCommand, ...identity: readonly string[]): Promise<void> {
    const commandId = commandIdOf(command, ...identity);
    const { events } = unrefused(await this.handle(command, { commandId, actor: ACTOR }));
    for (const { type, data } of events) if (type === 'DeliveryRefused') this.metrics.refused(data.channel);
  }
}

const commandIdOf = ({ type, number }: DeliveryCommand, ...identity: readonly string[]): string =>
  derivedUuid('delivery', type, number, ...identity);
