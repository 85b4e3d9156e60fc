import type { JstDay } from '@smartkey/calendar';
import { standingSpells, type KnownAccount } from '@smartkey/device-registry-domain';
import { ERASED } from '@smartkey/event-store';
import type { AffectedMonth } from '@smartkey/facts';
import { defined, type Instant, type AccountId, type ContractId, type SpellId } from '@smartkey/kernel';
import type { AccountStatus, DeviceStatus, Propagation } from '@smartkey/messages';
import { spellIdOf } from './spell-id.ts';

/** A spell of registration as it is shown: its first and last day; null while it lasts. */
export interface SpellView {
  readonly id: SpellId;
  readonly registeredOn: JstDay;
  /** Last day; it counts. null while it lasts. */
  readonly deregisteredOn: JstDay | null;
}

/**
 * A registered ID as it is shown. `registered…` and `deregistered…` speak of the last spell; where all were voided there is none.
 */
export interface AccountView {
  readonly id: AccountId;
  readonly contract: ContractId;
  readonly externalId: string;
  readonly displayName?: string;
  readonly status: AccountStatus;
  /** When the personal data were erased: `externalId` says `[erased]` since, and there is no name. */
  readonly erasedAt?: Instant;
  /** Since when a legal hold keeps the personal data from being erased. */
  readonly heldSince?: Instant;
  /** Of the last spell; missing where every spell was voided. */
  readonly registeredAt?: Instant;
  /** First day of the last spell. */
  readonly registeredOn?: JstDay;
  readonly deregisteredAt?: Instant;
  /** Last day of the last spell; it counts. */
  readonly deregisteredOn?: JstDay;
  /** The spells of registration in order, without those that were voided. */
  readonly spells: readonly SpellView[];
  readonly devices: { readonly active: number; readonly suspended: number };
  /** When a code of it was last accepted; null: never. Missing where authentication does not say. */
  readonly lastSuccessAt?: Instant | null;
  /** When it was last denied; null: never. Missing where authentication does not say. */
  readonly lastFailureAt?: Instant | null;
  /** Of a stop: whether authentication knows. `pending`: it could not be reached, and hears of it by the bus. */
  readonly propagation?: Propagation;
  /** The issued and overtaken months that the facts lie in, whether or not a yen changes. Missing where it lies in none. */
  readonly affects?: readonly AffectedMonth[];
}

/** Whether there was a lock to lift. */
export interface UnlockedView {
  readonly id: AccountId;
  /** False: there was no lock. */
  readonly unlocked: boolean;
}

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
  account: AccountId,
  spells: readonly KnownSpell[],
): Pick<AccountView, 'registeredAt' | 'registeredOn' | 'deregisteredAt' | 'deregisteredOn' | 'spells'> {
  const last = spells.at(-1);
  return {
    ...defined({
      registeredAt: last?.registeredAt,
      registeredOn: last?.from,
      deregisteredAt: last?.deregisteredAt,
      deregisteredOn: last?.to,
    }),
    spells: spells.map(({ spell, from, to }) => ({
      id: spellIdOf(account, spell),
      registeredOn: from,
      deregisteredOn: to ?? null,
    })),
  };
}

/** A key that another process has erased may be remembered here for minutes: the log says that nothing is shown. */
const named = ({ externalId, displayName, erasure }: KnownAccount) =>
  erasure?.erasedAt === undefined
    ? { externalId, displayName }
    : { externalId: ERASED, displayName: undefined };

export function accountView(account: KnownAccount): AccountView {
  const { account: id, contract, status, devices, erasure } = account;
  const spells = standingSpells(account).map(({ registeredOn: from, lastDay: to, ...spell }): KnownSpell =>
    defined({ ...spell, from, to }),
  );
  return {
    ...defined({ id, contract, ...named(account), status }),
    ...defined({ erasedAt: erasure?.erasedAt, heldSince: erasure?.hold?.since }),
    ...spellsShown(id, spells),
    devices: countDevices(devices.map((device) => device.status)),
  };
}
