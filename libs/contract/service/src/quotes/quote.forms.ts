import type { Decimal, Yen } from '@smartkey/money';
import type { QuoteId } from '@smartkey/kernel';
import type { ServiceMonth } from '@smartkey/calendar';
import type { AuthApiPrice, BaseFeeInPartialMonth, Plan } from '@smartkey/terms';
import {
  IsDecimalText,
  IsIdOf,
  IsListOf,
  IsNested,
  IsOneOf,
  IsServiceMonth,
  IsText,
  IsWholeNumber,
  IsYenText,
  OrNull,
} from '@smartkey/http';
import { PLANS } from '../contracts/words.ts';

export class TierForm {
  @OrNull()
  @IsWholeNumber({ min: 1, description: 'Last unit of the tier; null on the last tier.' })
  upTo!: number | null;
  @IsDecimalText()
  unitPrice!: Decimal;
  @IsDecimalText({ optional: true })
  flatFee?: Decimal;
}

export class AuthApiForm {
  @IsOneOf(['perUnit', 'graduated', 'volume', 'package'])
  model!: AuthApiPrice['model'];
  @IsDecimalText({ optional: true, description: 'Of perUnit.' })
  unitPrice?: Decimal;
  @IsListOf(() => TierForm, { optional: true, min: 1, description: 'Of graduated and volume, ascending.' })
  tiers?: TierForm[];
  @IsWholeNumber({ optional: true, min: 1, description: 'Of package.' })
  packageSize?: number;
  @IsDecimalText({ optional: true, description: 'Of package.' })
  packagePrice?: Decimal;
  @IsWholeNumber({ optional: true, description: 'Units of each month that cost nothing.' })
  freeUnits?: number;
}

export class QuoteForm {
  @IsOneOf(PLANS)
  plan!: Plan;
  @IsServiceMonth({ description: 'Governs from this month on; at most twelve months ahead.' })
  effectiveMonth!: ServiceMonth;
  @IsYenText({ description: '月額基本料.' })
  baseFee!: Yen;
  @IsDecimalText({ optional: true, description: 'アカウント使用料, of enterprise.', example: '300' })
  accountFee?: Decimal;
  @IsOneOf(['full', 'prorated'], { optional: true, description: 'Default full.' })
  baseFeeInPartialMonth?: BaseFeeInPartialMonth;
  @IsNested(() => AuthApiForm, { optional: true, description: '認証API使用料, of service-provider.' })
  authApi?: AuthApiForm;
  @IsIdOf('quo', { optional: true, description: 'The quote of issued months that this one replaces.' })
  replaces?: QuoteId;
  @IsText({ optional: true, max: 500, multiline: true })
  reason?: string;
  @IsText({ optional: true, max: 500, multiline: true, description: 'How the contractor agreed.' })
  agreement?: string;
}
