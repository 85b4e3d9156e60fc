import type { JstDay } from '@smartkey/calendar';
import type { CancellationId, Instant } from '@smartkey/kernel';
import { IsFlagText, IsIdOf, IsInstantText, IsJstDay, IsText, OrNull } from '@smartkey/http';

export class CancellationForm {
  @IsInstantText({ optional: true, description: '到達; now unless told. Told by the operator only.' })
  arrivedAt?: Instant;
  @IsJstDay({ optional: true, description: 'The day asked for; the 30 days run all the same.' })
  requestedDay?: JstDay;
  @IsText({
    optional: true,
    max: 32,
    description: 'A prescribed form; portal, from the operator paper unless told.',
  })
  form?: string;
  @IsIdOf('can', { optional: true, description: 'The notice that stands, where one does.' })
  replaces?: CancellationId;
  @IsJstDay({
    optional: true,
    description: 'The last day that was shown (`dryRun`); where it is another by now, the notice is refused.',
  })
  expectedEffectiveDay?: JstDay;
}

export class CancellationQuery {
  @IsFlagText({ optional: true, description: 'Tells what the notice would bring about, without giving it.' })
  dryRun = false;
}

export class CorrectionForm {
  @IsInstantText({ optional: true })
  arrivedAt?: Instant;
  @OrNull()
  @IsJstDay({ optional: true, description: 'null takes it away; missing, it stays.' })
  requestedDay?: JstDay | null;
  @IsText({ max: 500, multiline: true })
  reason!: string;
}
