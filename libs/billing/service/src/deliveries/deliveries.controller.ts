import { Body, Controller, Param } from '@nestjs/common';
import {
  ApiTags,
  Command,
  CurrentActor,
  Route,
  orThrow,
  written,
  type CommandContext,
  type Written,
} from '@smartkey/http';
import type { Actor } from '@smartkey/kernel';
import { BillingProfiles } from '../billing-profile/billing-profiles.ts';
import { documentFor } from '../invoices/document-for.ts';
import { InvoiceLog } from '../log/invoice-log.ts';
import { DeliveryLog } from './delivery-log.ts';
import { DeliveryForm } from './delivery.forms.ts';
import { deliveryView, type DeliveryView } from './delivery-view.ts';
import { recipientBy } from './request-deliveries.reactor.ts';

/** How a document reached the contractor. */
@ApiTags('Invoices')
@Controller('v1/invoices/:number/deliveries')
export class DeliveriesController {
  constructor(
    private readonly documents: InvoiceLog,
    private readonly profiles: BillingProfiles,
    private readonly deliveries: DeliveryLog,
  ) {}

  @Route('GET', {
    summary: 'Lists the deliveries of a document in the order in which they were asked for',
    description: 'Of downloads by the contractor the first one is recorded.',
    roles: ['operator', 'finance', 'contractor'],
    right: 'read',
    errors: { 404: 'No such document, or not this contract’s.' },
  })
  async list(
    @Param('number') number: string,
    @CurrentActor() actor: Actor,
  ): Promise<{ readonly items: readonly DeliveryView[] }> {
    await documentFor(this.documents, number, actor);
    const deliveries = await this.deliveries.of(number);
    return { items: [...deliveries].sort((a, b) => a.delivery - b.delivery).map(deliveryView) };
  }

  @Route('POST', {
    summary: 'Sends a document again, by a channel, to whom the billing profile says',
    description: 'It waits until the document is rendered and the other side takes it.',
    roles: ['operator', 'finance', 'contractor'],
    right: 'billing',
    body: DeliveryForm,
    write: true,
    status: 201,
    errors: {
      404: 'No such document, or not this contract’s.',
      409: 'It is on its way by this channel already, or was sent a hundred times.',
      422: 'The billing profile names nobody for this channel.',
    },
  })
  async send(
    @Param('number') number: string,
    @Body() { channel }: DeliveryForm,
    @CurrentActor() actor: Actor,
    @Command() context: CommandContext,
  ): Promise<Written<DeliveryView, 201>> {
    const { contract } = (await documentFor(this.documents, number, actor)).invoice;
    const to = recipientBy(channel, await this.profiles.of(contract));
    const { state, revision, position } = orThrow(
      await this.deliveries.handle(
        { type: 'Request', number, contract, channel, to, cause: 'person' },
        context,
      ),
    );
    const made = state.findLast((each) => each.channel === channel);
    if (made === undefined) throw new Error('a delivery that was requested is not there');
    return written(deliveryView(made), { revision, position, source: 'billing' }, 201);
  }
}
