import {
  DELIVERIES,
  HONORIFICS,
  type BillingProfile,
  type BillTo,
  type Delivery,
  type Recipient,
} from '@smartkey/billing-domain';
import { schema } from '@smartkey/http';
import { ON_HOLIDAY } from '../policies/words.ts';

const { list, object, oneOf, text, wholeNumber } = schema;

/** What is agreed of a contract's documents, as the public surface shows it. */
export type BillingProfileView = Omit<BillingProfile, 'billTo' | 'delivery'> & {
  /** Whom the next document is made out to. */
  readonly billTo: BillTo;
  readonly delivery: readonly Delivery[];
};

export const billingProfileView = (
  { delivery = ['download'], ...profile }: BillingProfile,
  recipient: Recipient | undefined,
): BillingProfileView => ({
  ...profile,
  billTo: { honorific: '御中', ...(recipient ?? profile.billTo) },
  delivery,
});

export const billingProfileSchema = object({
  billTo: object({
    'name?': text(),
    honorific: oneOf(HONORIFICS),
    'postalCode?': text(),
    'address?': text(),
    'department?': text(),
    'contact?': text(),
  }),
  'purchaseOrder?': text(),
  'endpoint?': object({ scheme: text(), id: text() }),
  'paymentTerm?': object({ monthsAfter: wholeNumber(), onHoliday: oneOf(ON_HOLIDAY) }),
  delivery: list(oneOf(DELIVERIES)),
});
