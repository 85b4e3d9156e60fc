import type { JstDay } from '@smartkey/calendar';
import { IsJstDay, IsText, IsTrueOrFalse } from '@smartkey/http';

export class ConditionForm {
  @IsTrueOrFalse({ description: 'false: it is not met any more.' })
  met!: boolean;
  @IsJstDay({ description: 'The day it is attested for; not in the future.' })
  on!: JstDay;
  @IsText({ max: 200 })
  attestedBy!: string;
  @IsText({
    optional: true,
    max: 50,
    description: 'Condition 3, where met: the licence that was accepted (第5条2項).',
  })
  licenceVersion?: string;
}

export class WithholdingForm {
  @IsTrueOrFalse()
  withheld!: boolean;
  @IsText({ max: 500, multiline: true })
  reason!: string;
}

export class SettingsForm {
  @IsTrueOrFalse({ description: 'false: every denied authentication answers not_authenticated.' })
  denialReasonsDisclosed!: boolean;
}
