import type { Instant } from '@smartkey/kernel';
import { IsInstantText, IsOneOf, IsText } from '@smartkey/http';

class KeyForm {
  @IsText({ max: 100, optional: true, description: 'To tell keys apart.' })
  name?: string;

  @IsInstantText({
    optional: true,
    description: 'From then on the key fails; no later than the key that makes it.',
  })
  expiresAt?: Instant;
}

export class ContractKeyForm extends KeyForm {
  @IsOneOf(['contractor', 'service-provider'])
  role!: 'contractor' | 'service-provider';
}

export class OfficeKeyForm extends KeyForm {
  @IsOneOf(['operator', 'finance', 'auditor'])
  role!: 'operator' | 'finance' | 'auditor';
}
