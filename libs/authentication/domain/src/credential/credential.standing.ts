import type { ErasureCause } from '../events.ts';

/**
 * `pending`: waits for its confirming code · `confirmed`: waits for the registry to say that the device is enrolled ·
 * `active` ⇄ `suspended` · `ended`: the secret is erased, for good.
 */
export type CredentialStatus = 'pending' | 'confirmed' | 'active' | 'suspended' | 'ended';

/** What the registry says of an account, as far as it concerns its credentials. */
export interface AccountStanding {
  /** Missing: never registered. */
  readonly status?: 'registered' | 'suspended' | 'deregistered';
  /** The one enrolment that waits for its code. */
  readonly enrolment?: { readonly enrolment: string };
  readonly devices: Readonly<Record<string, 'active' | 'suspended' | 'revoked'>>;
}

export interface StandingCredential {
  readonly device: string;
  readonly enrolment: string;
  readonly status: CredentialStatus;
  /** The registry has named its enrolment: from then on, no longer naming it means that it has ended. */
  readonly announced: boolean;
}

export type Standing =
  | { readonly status: Exclude<CredentialStatus, 'ended'>; readonly announced: boolean }
  | { readonly status: 'ended'; readonly announced: boolean; readonly cause: ErasureCause };

/**
 * Where a credential stands once the registry's word is heard. The registry decides of devices; that a code was confirmed is
 * known here alone, so a device is never active without. What has ended never comes back.
 */
export function standingOf(credential: StandingCredential, account: AccountStanding): Standing | undefined {
  const { device, enrolment, status } = credential;
  if (status === 'ended') return undefined;
  const announced = credential.announced || account.enrolment?.enrolment === enrolment;
  const ended = (cause: ErasureCause): Standing => ({ status: 'ended', announced, cause });
  if (account.status === 'deregistered') return ended('deregistered');
  switch (account.devices[device]) {
    case 'revoked':
      return ended('revoked');
    case 'suspended':
      return { status: status === 'pending' ? 'pending' : 'suspended', announced };
    case 'active':
      return { status: status === 'pending' ? 'pending' : 'active', announced };
    case undefined:
      return announced && account.enrolment?.enrolment !== enrolment
        ? ended('superseded')
        : { status, announced };
    default:
      return (account.devices[device] satisfies never, undefined);
  }
}
