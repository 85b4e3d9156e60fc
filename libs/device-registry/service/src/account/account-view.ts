import { openSpell, type Account } from '@smartkey/device-registry-domain';
import type { JstDay } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';
import type { AccountStatus, DeviceStatus } from '@smartkey/messages';

/** A registered ID as it is shown. `registered…` and `deregistered…` speak of the last spell. */
export interface AccountView {
  readonly id: string;
  readonly contract: string;
  readonly externalId: string;
  readonly displayName?: string;
  readonly status: AccountStatus;
  readonly registeredAt: Instant;
  readonly registeredOn: JstDay;
  readonly deregisteredAt?: Instant;
  readonly deregisteredOn?: JstDay;
  /** First and last day of each spell; null while it lasts. */
  readonly spells: readonly { readonly registeredOn: JstDay; readonly deregisteredOn: JstDay | null }[];
  readonly devices: { readonly active: number; readonly suspended: number };
}

/** Whether authentication has heard of a stop already, or will by the bus. */
export type Propagation = 'done' | 'pending';

export const countDevices = (statuses: readonly DeviceStatus[]): AccountView['devices'] => ({
  active: statuses.filter((status) => status === 'active').length,
  suspended: statuses.filter((status) => status === 'suspended').length,
});

/** @param account that has been registered at least once. */
export function viewOf(account: Account): AccountView {
  const last = openSpell(account) ?? account.spells.at(-1)!;
  return {
    id: account.account,
    contract: account.contract,
    externalId: account.externalId,
    ...(account.displayName === undefined ? {} : { displayName: account.displayName }),
    status: account.status as AccountStatus,
    registeredAt: last.registeredAt,
    registeredOn: last.registeredOn,
    ...(last.deregisteredAt === undefined ? {} : { deregisteredAt: last.deregisteredAt }),
    ...(last.lastDay === undefined ? {} : { deregisteredOn: last.lastDay }),
    spells: account.spells.map(({ registeredOn, lastDay }) => ({
      registeredOn,
      deregisteredOn: lastDay ?? null,
    })),
    devices: countDevices(account.devices.map(({ status }) => status)),
  };
}
