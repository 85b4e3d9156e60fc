import type { DomainEvent } from '@smartkey/kernel';
import type { AccountIds } from '../shared/account-ids.ts';

/** The user has ten codes to write down; the former are worth nothing. Keyed digests: the codes themselves were shown once. */
export type RecoveryCodesMade = DomainEvent<
  'RecoveryCodesMade',
  AccountIds & { readonly digests: readonly string[] }
>;

/** One of them was used: once. */
export type RecoveryCodeTaken = DomainEvent<
  'RecoveryCodeTaken',
  AccountIds & { readonly digest: string; readonly left: number }
>;

export type RecoveryCodesEvent = RecoveryCodesMade | RecoveryCodeTaken;
