import { DENIAL_REASONS, type DenialReason } from '@smartkey/authentication-domain';
import { check, CsvPageQuery, field, IsInstantText, IsOneOf } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { parseAddressSought } from './client-address.ts';

export const RESULTS = ['success', 'denied'] as const;

/** `?from=&to=&result=&reason=&address=` of a list of attempts, and how it comes. */
export class AttemptsQuery extends CsvPageQuery {
  @IsInstantText({ optional: true, description: 'The first instant.' })
  from?: Instant;

  @IsInstantText({ optional: true, description: 'The first instant behind the last.' })
  to?: Instant;

  @IsOneOf(RESULTS, { optional: true })
  result?: (typeof RESULTS)[number];

  @IsOneOf(DENIAL_REASONS, { optional: true, description: 'Of denials.' })
  reason?: DenialReason;

  @field(
    { type: String, maxLength: 64, example: '203.0.113.7' },
    {
      optional: true,
      description:
        'The address of the end user, or the network that it lies in: a /24 of IPv4, a /48 of IPv6.',
    },
    check(
      'ip-address',
      (value) => typeof value === 'string' && value.length <= 64 && parseAddressSought(value) !== undefined,
      'Must be an IP address, a /24 of IPv4 or a /48 of IPv6.',
    ),
  )
  address?: string;
}
