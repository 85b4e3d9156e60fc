import type { Delivery, Recipient } from '@smartkey/billing-domain';
import { DELIVERIES, HONORIFICS } from '@smartkey/billing-domain';
import { IsMatching, IsNested, IsOneOf, IsSetOf, IsText, OrNull } from '@smartkey/http';
import { MAIL_ADDRESS } from '@smartkey/mail';
import { PaymentTermForm } from '../policies/policy.forms.ts';

/** `null` takes a value away; a missing one stays. */
export class BillToForm {
  @OrNull()
  @IsText({ optional: true, max: 200, description: 'null: the party to the contract.' })
  name?: string | null;
  @OrNull()
  @IsOneOf(HONORIFICS, { optional: true })
  honorific?: Recipient['honorific'] | null;
  @OrNull()
  @IsMatching(/^\d{3}-\d{4}$/, 'Must be a postal code, 100-0001.', { optional: true })
  postalCode?: string | null;
  @OrNull()
  @IsText({ optional: true, max: 300, multiline: true })
  address?: string | null;
  @OrNull()
  @IsText({ optional: true, max: 200 })
  department?: string | null;
  @OrNull()
  @IsText({ optional: true, max: 100 })
  contact?: string | null;
}

export class EndpointForm {
  @IsMatching(/^\d{4}$/, 'Must be a scheme of ISO 6523: four digits.', {
    description: 'ISO 6523, 0188: 法人番号.',
  })
  scheme!: string;
  @IsMatching(/^[\w.-]{1,50}$/, 'Must be 1 to 50 letters, digits, dots and dashes.')
  id!: string;
}

export class BillingProfileForm {
  @IsNested(() => BillToForm, { optional: true })
  billTo?: BillToForm;
  @OrNull()
  @IsMatching(MAIL_ADDRESS, 'Must be a mail address.', {
    optional: true,
    max: 254,
    description: 'The mailbox that documents are sent to.',
  })
  email?: string | null;
  @OrNull()
  @IsText({ optional: true, max: 50, description: '注文番号.' })
  purchaseOrder?: string | null;
  @OrNull()
  @IsNested(() => EndpointForm, { optional: true })
  endpoint?: EndpointForm | null;
  @OrNull()
  @IsNested(() => PaymentTermForm, { optional: true, description: 'null: as the policy has it.' })
  paymentTerm?: PaymentTermForm | null;
  @IsSetOf(DELIVERIES, { optional: true, description: 'At least one, each once. Default download.' })
  delivery?: Delivery[];
  @OrNull()
  @IsMatching(/^[0-9A-Za-z][0-9A-Za-z._-]{0,29}$/, 'Must be 1 to 30 letters, digits, dots and dashes.', {
    optional: true,
    description: "The customer's code in the operator's books; null: the contract's id.",
  })
  customerCode?: string | null;
}
