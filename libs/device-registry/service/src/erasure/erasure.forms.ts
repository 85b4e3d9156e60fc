import { IsText } from '@smartkey/http';

export class EraseQuery {
  @IsText({
    optional: true,
    max: 500,
    multiline: true,
    description: 'Why. It is kept sealed and outlives the data: name nobody in it.',
  })
  reason?: string;
}

export class HoldForm {
  @IsText({ max: 500, multiline: true })
  reason!: string;
}

export class LiftQuery {
  @IsText({ max: 500, multiline: true })
  reason!: string;
}
