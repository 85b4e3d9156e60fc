import type { JstDay } from '@smartkey/calendar';
import { IsExternalId, IsJstDay, IsMatching, IsOneOf, IsText, PageQuery } from '@smartkey/http';
import type { AccountStatus } from '@smartkey/messages';

const IsReason = (): PropertyDecorator => IsText({ optional: true, max: 500, multiline: true });

const ACCOUNT_IDS = /^rid_\w{1,60}(,rid_\w{1,60}){0,99}$/;

export class RegisterForm {
  @IsExternalId()
  externalId!: string;

  @IsText({ optional: true, max: 256 })
  displayName?: string;

  @IsJstDay({ optional: true, description: 'Operator only: a past day, with a reason.' })
  registeredOn?: JstDay;

  @IsReason()
  reason?: string;
}

export class AccountsQuery extends PageQuery {
  @IsOneOf(['registered', 'suspended', 'deregistered'], { optional: true })
  status?: AccountStatus;

  @IsExternalId({ optional: true })
  externalId?: string;

  @IsMatching(ACCOUNT_IDS, 'Must be at most 100 ids of IDs with commas between.', {
    optional: true,
    max: 6_500,
    description: 'These alone, at most 100, with commas between.',
  })
  ids?: string;
}

export class DeregisterQuery {
  @IsJstDay({ optional: true, description: 'Operator only: a past day of the spell, with a reason.' })
  on?: JstDay;

  @IsReason()
  reason?: string;
}

export class OptionalReasonForm {
  @IsReason()
  reason?: string;
}

export class VoidForm {
  @IsText({ max: 500, multiline: true })
  reason!: string;
}

export class CorrectionFields {
  @IsJstDay({ optional: true, description: 'The first day: earlier than the one that was entered.' })
  registeredOn?: JstDay;

  @IsJstDay({ optional: true, description: 'The last day, of a registration that has ended.' })
  deregisteredOn?: JstDay;

  @IsText({ max: 500, multiline: true })
  reason!: string;
}
