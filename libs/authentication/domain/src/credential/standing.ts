import type { DeviceId, EnrolmentId } from '@smartkey/kernel';
import type { ErasureCause } from './credential.events.ts';
import type { LiveStatus } from './credential.state.ts';

/** What the registry says of an account, as far as it concerns its credentials. */
export interface AccountStanding {
  /** Of the account's stream, up to which this is said. */
  readonly revision: number;
  /** Missing: never registered. */
  readonly status?: 'registered' | 'suspended' | 'deregistered';
  /** The one enrolment that waits for its code. */
  readonly enrolment?: { readonly enrolment: EnrolmentId };
  readonly devices: Readonly<Record<DeviceId, 'active' | 'suspended' | 'revoked'>>;
}

export interface StandingCredential {
  readonly device: DeviceId;
  readonly enrolment: EnrolmentId;
  readonly status: LiveStatus;
  /** The revision of the account's stream that holds its enrolment: what is said before that says nothing of it. */
  readonly announcedAt: number;
}

export type CredentialStanding =
  { readonly status: LiveStatus } | { readonly status: 'ended'; readonly cause: ErasureCause };

/**
 * Where a credential stands once the registry's word is heard. The registry decides of devices; that a code was confirmed is
 * known here alone, so a device is never active without.
 */
export function standingOf(credential: StandingCredential, account: AccountStanding): CredentialStanding {
  const { device, enrolment, status, announcedAt } = credential;
  if (account.revision < announcedAt) return { status };
  if (account.status === 'deregistered') return { status: 'ended', cause: 'deregistered' };
  switch (account.devices[device]) {
    case 'revoked':
      return { status: 'ended', cause: 'revoked' };
    case 'suspended':
      return { status: status === 'pending' ? 'pending' : 'suspended' };
    case 'active':
      return { status: status === 'pending' ? 'pending' : 'active' };
    case undefined:
      return account.enrolment?.enrolment === enrolment
        ? { status }
        : { status: 'ended', cause: 'superseded' };
    default:
      return (account.devices[device] satisfies never, { status });
  }
}
