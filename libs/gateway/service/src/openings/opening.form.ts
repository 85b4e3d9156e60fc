import { IsText } from '@smartkey/http';

export class OpeningForm {
  @IsText({ max: 500, multiline: true, description: 'Shown to the administrators of the contract.' })
  reason!: string;
}
