import type { Yen } from '@smartkey/money';
import type { JstDay } from '@smartkey/calendar';
import type { FeeTaxCode } from '@smartkey/terms';
import { IsFlagText, IsJstDay, IsOneOf, IsText, IsYenText } from '@smartkey/http';
import { ReasonQuery } from '../contracts/reason.forms.ts';

export class OneTimeFeeForm {
  @IsYenText({ min: 1, description: 'Tax-exclusive.' })
  amount!: Yen;
  @IsText({ max: 200 })
  description!: string;
  @IsJstDay({ description: 'From the acceptance day to today (第7条).' })
  occurredOn!: JstDay;
  @IsOneOf(['standard', 'out-of-scope'], { optional: true, description: 'Default standard.' })
  taxCode?: FeeTaxCode;
}

/** `?reason=&mistake=` of a waiver. */
export class WaiverQuery extends ReasonQuery {
  @IsFlagText({
    optional: true,
    description:
      'true: entered on a wrong day or under a wrong code, to be entered anew; nothing was agreed.',
  })
  mistake?: boolean;
}
