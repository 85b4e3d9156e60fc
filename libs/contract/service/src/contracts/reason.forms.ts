import { IsText } from '@smartkey/http';

/** `?reason=` of a DELETE. */
export class ReasonQuery {
  @IsText({ max: 500 })
  reason!: string;
}

/** Why something is done, where that is all that is told. */
export class ReasonForm {
  @IsText({ max: 500, multiline: true })
  reason!: string;
}
