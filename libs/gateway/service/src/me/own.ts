import type { PublicRole } from '@smartkey/http';

/** Whatever a person may be. */
export const ANY_PERSON: readonly PublicRole[] = ['operator', 'finance', 'auditor', 'contractor'];

/** What people see and do of themselves, whatever their rights are. An access key is no person. */
export const OWN: { readonly roles: readonly PublicRole[]; readonly own: true; readonly personsOnly: true } =
  {
    roles: ANY_PERSON,
    own: true,
    personsOnly: true,
  };
