import type { TotpSettings, TotpAlgorithm } from '@smartkey/kernel';
import { ENROLMENT_WAIT } from '@smartkey/device-registry-domain';
import { check, field, IsMatching, IsOneOf, IsText, IsWholeNumber, type FieldOptions } from '@smartkey/http';

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

export class EnrolmentFields implements TotpSettings {
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
