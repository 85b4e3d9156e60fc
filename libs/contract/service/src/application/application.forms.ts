import type { JstDay } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';
import { IsInstantText, IsJstDay, IsText } from '@smartkey/http';

export class AcceptanceForm {
  @IsJstDay({
    optional: true,
    description: '課金開始日; may be set later. Never before the acceptance day (第7条).',
  })
  billingStartDate?: JstDay;
  @IsInstantText({ optional: true, description: 'Now unless told; not before the application.' })
  acceptedAt?: Instant;
}

export class BillingStartForm {
  @IsJstDay({ description: '課金開始日; never before the acceptance day (第7条).' })
  date!: JstDay;
  @IsText({ max: 500, multiline: true })
  reason!: string;
  @IsText({
    optional: true,
    max: 500,
    multiline: true,
    description: 'How the contractor agreed; needed to move a date that is set.',
  })
  agreement?: string;
}
