import type { Yen } from '@smartkey/money';
import type { TaxCode } from '@smartkey/billing-domain';
import type { JstDay } from '@smartkey/calendar';
import { IsJstDay, IsOneOf, IsText, IsYenText } from '@smartkey/http';

const TAX_CODES: readonly TaxCode[] = ['JP-STD-8-2014', 'JP-STD-10-2019', 'JP-RED-8-2019', 'JP-OUT'];

/** An agreed reduction of what is billed for the month of an invoice. */
export class CreditNoteForm {
  @IsYenText({ min: 1, description: 'Tax-exclusive.' })
  amount!: Yen;
  @IsOneOf(TAX_CODES)
  taxCode!: TaxCode;
  @IsText({ max: 500, multiline: true })
  reason!: string;
  @IsJstDay({ description: 'The day on which the contractor agreed: today or before.' })
  agreedOn!: JstDay;
}
