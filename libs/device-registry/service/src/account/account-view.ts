import { standingSpells, type Account } from '@smartkey/device-registry-domain';
import type { JstDay } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';
import type { AccountStatus, DeviceStatus } from '@smartkey/messages';
import { spellIdOf } from './spell-id.ts';

/** A spell of registration as it is shown: its first and last day; null while it lasts. */
export interface SpellView {
  readonly id: string;
  readonly registeredOn: JstDay;
  readonly deregisteredOn: JstDay | null;
}

/**
 * A registered ID as it is shown. `registered…` and `deregistered…` speak of the last spell; where all were voided there is none.
 */
export interface AccountView {
  readonly id: string;
  readonly contract: string;
  readonly externalId: string;
  readonly displayName?: string;
  readonly status: AccountStatus;
  readonly registeredAt?: Instant;
  readonly registeredOn?: JstDay;
  readonly deregisteredAt?: Instant;
  readonly deregisteredOn?: JstDay;
  /** Those that were voided are left out. */
  readonly spells: readonly SpellView[];
  readonly devices: { readonly active: number; readonly suspended: number };
}

/** Whether authentication has heard of a stop already, or will by the bus. */
export type Propagation = 'done' | 'pending';

export const countDevices = (statuses: readonly DeviceStatus[]): AccountView['devices'] => ({
  active: statuses.filter((status) => status === 'active').length,
  suspended: statuses.filter((status) => status === 'suspended').length,
});

/** A spell as log and read model both know it. */
export interface KnownSpell {
  readonly spell: number;
  readonly from: JstDay;
  readonly to?: JstDay;
  readonly registeredAt: Instant;
  readonly deregisteredAt?: Instant;
}

/** What the spells of an account say of it, from whichever side they are known. In order, without those that were voided. */
export function spellsShown(
  account: string,
  spells: readonly KnownSpell[],
): Pick<AccountView, 'registeredAt' | 'registeredOn' | 'deregisteredAt' | 'deregisteredOn' | 'spells'> {
  const last = spells.at(-1);
  return {
    ...(last === undefined ? {} : { registeredAt: last.registeredAt, registeredOn: last.from }),
    ...(last?.deregisteredAt === undefined ? {} : { deregisteredAt: last.deregisteredAt }),
    ...(last?.to === undefined ? {} : { deregisteredOn: last.to }),
    spells: spells.map(({ spell, from, to }) => ({
      id: spellIdOf(account, spell),
      registeredOn: from,
      deregisteredOn: to ?? null,
    })),
  };
}

/** @param account that has been registered at least once. */
export function viewOf(account: Account): AccountView {
  const spells = standingSpells(account).map(
    ({ spell, registeredOn, lastDay, registeredAt, deregisteredAt }): KnownSpell => ({
      spell,
      from: registeredOn,
      ...(lastDay === undefined ? {} : { to: lastDay }),
      registeredAt,
      ...(deregisteredAt === undefined ? {} : { deregisteredAt }),
    }),
  );
  return {
    id: account.account,
    contract: account.contract,
    externalId: account.externalId,
    ...(account.displayName === undefined ? {} : { displayName: account.displayName }),
    status: account.status as AccountStatus,
    ...spellsShown(account.account, spells),
    devices: countDevices(account.devices.map(({ status }) => status)),
  };
}
