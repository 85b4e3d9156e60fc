import type { PaymentTerm } from '@smartkey/billing-domain';
import { IsNested, IsOneOf, IsText, IsWholeNumber } from '@smartkey/http';
import type { YenRounding } from '@smartkey/money';
import { ON_HOLIDAY, YEN_ROUNDINGS } from './words.ts';

export class PaymentTermForm {
  @IsWholeNumber({
    max: 24,
    description: 'Due on the last day of the month so many after the service month.',
  })
  monthsAfter!: number;
  @IsOneOf(ON_HOLIDAY, { description: 'Where that is no banking day.' })
  onHoliday!: PaymentTerm['onHoliday'];
}

export class PolicyForm {
  @IsOneOf(YEN_ROUNDINGS, { optional: true, description: 'Fractions of a yen of an item, once per item.' })
  yenRounding?: YenRounding;
  @IsOneOf(YEN_ROUNDINGS, {
    optional: true,
    description: 'Fractions of a yen of tax, once per code and document.',
  })
  taxRounding?: YenRounding;
  @IsNested(() => PaymentTermForm, { optional: true })
  paymentTerm?: PaymentTermForm;
  @IsText({ max: 500, multiline: true })
  reason!: string;
}
