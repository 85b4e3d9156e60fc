import { event, type Actor, type Right, type PersonId } from '@smartkey/kernel';
import type { PersonEvent } from '../person.events.ts';
import type { OfficeRole } from '../standing/standing.ts';

export const SUZUKI = { name: '鈴木', email: 'suzuki@example.co.jp' };
const UNTIL = '2018-01-02T00:00:00.000Z';
export const link = { channel: 'mail', expiresAt: UNTIL } as const;

/** A person of the operator's who acts. */
export const by = (id: PersonId = 'per_admin'): { readonly actor: Actor } => ({
  actor: { role: 'operator', key: 'ses_1', person: { id, revision: 0 } },
});

export const officer = (...roles: OfficeRole[]): PersonEvent =>
  event('PersonEstablished', { ...SUZUKI, roles, by: 'key' });
export const member = (...rights: Right[]): PersonEvent =>
  event('PersonEstablished', { ...SUZUKI, contract: 'ctr_1', rights, by: 'key' });
export const invited: readonly PersonEvent[] = [
  event('PersonInvited', { ...SUZUKI, roles: ['auditor'] }),
  event('InvitationIssued', link),
];
