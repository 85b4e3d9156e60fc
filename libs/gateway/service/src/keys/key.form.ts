import type { Instant } from '@smartkey/kernel';
import { check, field, IsInstantText, IsOneOf, IsText, parseIpNetwork } from '@smartkey/http';

/** Most networks of one key. */
const MOST_NETWORKS = 32;

const isNetworks = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.length <= MOST_NETWORKS &&
  value.every((each) => typeof each === 'string' && each.length <= 64 && parseIpNetwork(each) !== undefined);

class KeyForm {
  @field(
    { type: String, isArray: true, maxItems: MOST_NETWORKS, example: ['203.0.113.0/24'] },
    {
      optional: true,
      description:
        'From where the key is taken: networks of IPv4 or IPv6, or single addresses. None: from everywhere, or from where the key that makes it is.',
    },
    check(
      'networks',
      isNetworks,
      `Must be a list of up to ${MOST_NETWORKS} networks such as 203.0.113.0/24 or 2001:db8::/32, with no bits behind their length.`,
    ),
  )
  allowedNetworks?: readonly string[];

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
