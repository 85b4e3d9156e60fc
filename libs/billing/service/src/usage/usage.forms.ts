import { IsInstantText } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';

/** `?asOf=&knownAt=` */
export class UsageQuery {
  @IsInstantText({
    optional: true,
    description: 'What was true then: the day in which it lies is the last that counts.',
  })
  asOf?: Instant;

  @IsInstantText({
    optional: true,
    description:
      'What was known then, whatever was entered or put right later; of successes the day in which it lies counts as a whole.',
  })
  knownAt?: Instant;
}
