import { IsText } from '@smartkey/http';

export class SinceQuery {
  @IsText({
    optional: true,
    max: 4_096,
    description:
      'Sizes of logs that the reader holds checkpoints of, several between commas: their roots are shown.',
  })
  since?: string;
}
