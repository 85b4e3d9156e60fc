import type { JstDay } from '@smartkey/calendar';
import type { Fact, Instant } from '@smartkey/kernel';
import type { IdDeregistered, IdRegistered } from './registration.events.ts';

interface EnteredSpell {
  /** 1 for the first. A number is never given again, also not that of a spell that was taken back. */
  readonly spell: number;
  readonly registeredOn: JstDay;
  readonly registeredAt: Instant;
}

/** A spell that has not ended. */
export interface LastingSpell extends EnteredSpell {
  readonly lastDay?: never;
  readonly voided?: never;
}

export interface EndedSpell extends EnteredSpell {
  readonly lastDay: JstDay;
  readonly deregisteredAt: Instant;
  readonly voided?: never;
}

/** It was entered by mistake and taken back: none of its days count. */
export interface VoidedSpell extends EnteredSpell {
  readonly lastDay?: JstDay;
  readonly deregisteredAt?: Instant;
  readonly voided: true;
}

export type PastSpell = EndedSpell | VoidedSpell;
/** One whose days count. */
export type StandingSpell = LastingSpell | EndedSpell;
export type Spell = LastingSpell | PastSpell;

export const isStanding = (spell: Spell): spell is StandingSpell => spell.voided !== true;

export const spellBy = ({ data, occurredAt }: Fact<IdRegistered>): LastingSpell => ({
  spell: data.spell,
  registeredOn: data.registeredOn,
  registeredAt: occurredAt,
});

export const endedBy = (spell: LastingSpell, { data, occurredAt }: Fact<IdDeregistered>): EndedSpell => ({
  ...spell,
  lastDay: data.lastDay,
  deregisteredAt: occurredAt,
});
