import type { Yen } from '@smartkey/money';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Plan } from '@smartkey/terms';
import { IsNested, IsOneOf, IsServiceMonth, IsText, IsYenText } from '@smartkey/http';
import { PLANS } from '../contracts/words.ts';

export class PlanChangeForm {
  @IsOneOf(PLANS)
  plan!: Plan;
  @IsServiceMonth({
    description: 'The month from which the plan holds: the next one or a later one (第4条).',
  })
  fromMonth!: ServiceMonth;
}

export class OneTimeFeeOfChangeForm {
  @IsYenText({ min: 1, description: 'Tax-exclusive.' })
  amount!: Yen;
  @IsText({ max: 200 })
  description!: string;
}

export class PlanChangeAcceptanceForm {
  @IsNested(() => OneTimeFeeOfChangeForm, {
    optional: true,
    description: 'A fee that the change causes (第7条).',
  })
  oneTimeFee?: OneTimeFeeOfChangeForm;
}
