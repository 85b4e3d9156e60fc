import type { SentBy } from '@smartkey/billing-domain';
import { IsOneOf } from '@smartkey/http';

export class DeliveryForm {
  @IsOneOf(['mail', 'e-invoice'], { description: 'To whom the billing profile says.' })
  channel!: SentBy;
}
