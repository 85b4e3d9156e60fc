import type { JstDay } from '@smartkey/calendar';
import { standingSpells, type KnownAccount } from '@smartkey/device-registry-domain';
import { schema } from '@smartkey/http';
import { defined, type Instant } from '@smartkey/kernel';
import type { AccountStatus, DeviceStatus } from '@smartkey/messages';
import { affectsSchema } from '../late-facts/affects.ts';
import { propagationSchema } from '../propagation/propagation.ts';
import { spellIdOf } from './spell-id.ts';

const { idOf, instant, jstDay, list, nullable, object, oneOf, text, trueOrFalse, wholeNumber } = schema;

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

export function accountView(account: KnownAccount): AccountView {
  const { account: id, contract, externalId, displayName, status, devices } = account;
  const spells = standingSpells(account).map(({ registeredOn: from, lastDay: to, ...spell }): KnownSpell =>
    defined({ ...spell, from, to }),
  );
  return {
    ...defined({ id, contract, externalId, displayName, status }),
    ...spellsShown(id, spells),
    devices: countDevices(devices.map((device) => device.status)),
  };
}

export const accountSchema = object({
  id: idOf('rid'),
  contract: idOf('ctr'),
  externalId: text(),
  'displayName?': text(),
  status: oneOf(['registered', 'suspended', 'deregistered']),
  'registeredAt?': instant('Of the last spell; missing where every spell was voided.'),
  'registeredOn?': jstDay('First day of the last spell.'),
  'deregisteredAt?': instant(),
  'deregisteredOn?': jstDay('Last day of the last spell; it counts.'),
  spells: {
    ...list(
      object({
        id: idOf('spl'),
        registeredOn: jstDay(),
        deregisteredOn: nullable(jstDay('Last day; it counts. null while it lasts.')),
      }),
    ),
    description: 'The spells of registration in order, without those that were voided.',
  },
  devices: object({ active: wholeNumber(), suspended: wholeNumber() }),
  'propagation?': propagationSchema,
  'affects?': affectsSchema(' Missing where it lies in none.'),
});

export const unlockedSchema = object({
  id: idOf('rid'),
  unlocked: trueOrFalse('False: there was no lock.'),
});
