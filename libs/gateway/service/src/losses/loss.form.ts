import { IsText } from '@smartkey/http';

export class LossForm {
  @IsText({ max: 500, multiline: true, description: 'Why there is no younger copy; kept with the log.' })
  reason!: string;

  @IsText({
    max: 19,
    description:
      'The position at which the log ends, as it was told: all that is known behind it is given up.',
  })
  keptPosition!: string;
}
