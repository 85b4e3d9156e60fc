import type { JstDay } from '@smartkey/calendar';
import type { DomainEvent } from '@smartkey/kernel';
import type { AccountIds } from '../shared/account-ids.ts';

/** The version in which `IdRegistered` is written now. Up to version 1 it told the digest that its external id was found by. */
export const ID_REGISTERED_VERSION = 2;

/** A spell of registration begins: `registeredOn` is its first day (別紙1 備考1). Personal: external id, display name, reason. */
export type IdRegistered = DomainEvent<
  'IdRegistered',
  AccountIds & {
    readonly externalId: string;
    readonly displayName?: string;
    /** 1 for the first. */
    readonly spell: number;
    readonly registeredOn: JstDay;
    /** Why it was entered for a past day. */
    readonly reason?: string;
  }
>;

/** The spell ends: `lastDay` is its last day and counts. */
export type IdDeregistered = DomainEvent<
  'IdDeregistered',
  AccountIds & {
    readonly spell: number;
    readonly registeredOn: JstDay;
    readonly lastDay: JstDay;
    readonly cause: 'request' | 'contract-ended';
    readonly reason?: string;
  }
>;

export type RegistrationEvent = IdRegistered | IdDeregistered;
