import type { JstDay } from '@smartkey/calendar';
import { ENROLMENT_WAIT, type TotpAlgorithm } from '@smartkey/device-registry-domain';
import {
  check,
  field,
  IsExternalId,
  IsJstDay,
  IsMatching,
  IsOneOf,
  IsText,
  IsWholeNumber,
  PageQuery,
  type FieldOptions,
} from '@smartkey/http';
import type { AccountStatus } from '@smartkey/messages';

const IsNumberOf = (values: readonly number[], options: FieldOptions): PropertyDecorator =>
  field(
    { type: 'integer', enum: [...values] },
    options,
    check(
      'one-of',
      (value) => values.includes(value as number),
      `Must be one of the numbers ${values.join(', ')}.`,
    ),
  );

const IsReason = (): PropertyDecorator => IsText({ optional: true, max: 500, multiline: true });

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
}

export class DeregisterQuery {
  @IsJstDay({ optional: true, description: 'Operator only: a past day of the spell, with a reason.' })
  on?: JstDay;

  @IsReason()
  reason?: string;
}

export class ReasonForm {
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

export class EnrolmentFields {
  @IsText({ optional: true, max: 100 })
  deviceName?: string;

  @IsNumberOf([6, 8], { optional: true, description: 'Default 6.' })
  digits: 6 | 8 = 6;

  @IsNumberOf([30, 60], { optional: true, description: 'Seconds; default 30.' })
  period: 30 | 60 = 30;

  @IsOneOf(['SHA1', 'SHA256', 'SHA512'], { optional: true, description: 'Default SHA1.' })
  algorithm: TotpAlgorithm = 'SHA1';

  @IsWholeNumber({
    optional: true,
    min: ENROLMENT_WAIT.shortest,
    max: ENROLMENT_WAIT.longest,
    description: `Default ${ENROLMENT_WAIT.usual}.`,
  })
  expiresInSeconds: number = ENROLMENT_WAIT.usual;
}

export class ConfirmationForm {
  @IsMatching(/^(\d{6}|\d{8})$/, 'Must be the 6 or 8 digits that the device shows, as text.')
  code!: string;
}
