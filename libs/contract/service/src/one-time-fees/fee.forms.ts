import type { JstDay } from '@smartkey/calendar';
import type { FeeTaxCode } from '@smartkey/contract-domain';
import { IsJstDay, IsOneOf, IsText, IsYenText } from '@smartkey/http';

export class OneTimeFeeForm {
  @IsYenText({ min: 1, description: 'Tax-exclusive.' })
  amount!: string;
  @IsText({ max: 200 })
  description!: string;
  @IsJstDay({ description: 'From the acceptance day to today (第7条).' })
  occurredOn!: JstDay;
  @IsOneOf(['standard', 'out-of-scope'], { optional: true, description: 'Default standard.' })
  taxCode?: FeeTaxCode;
}
