import { toldReason, type DenialReason } from '@smartkey/authentication-domain';
import type { AccountId, DeviceId, Instant, Role } from '@smartkey/kernel';
import type { AttemptRow, AttemptsSought } from './attempt-reader.ts';

/** An attempt to sign in. */
export interface AttemptView {
  readonly at: Instant;
  /** null: the contract has no such ID. */
  readonly rid: AccountId | null;
  /** null: the contract has no such ID, or the person’s data were erased. */
  readonly externalId: string | null;
  /** Of a success. */
  readonly deviceId?: DeviceId;
  /** The key (`key_…`) or person (`per_…`) that asked; not told to service providers. */
  readonly key?: string;
  readonly result: 'success' | 'denied';
  /** Of a denial, the true one; to a service provider as it was told. */
  readonly reason?: DenialReason;
  /** What the caller named the attempt. */
  readonly clientRef?: string;
  /** The end user’s address, where the caller told it. */
  readonly clientAddress?: string;
  /** How many attempts the row stands for, where that is more than one. */
  readonly repeated?: number;
}

/** Who looks, as far as it changes what they see. */
export interface AttemptsViewer {
  readonly role: Role;
  /** Whether the contract tells reasons to who asks about codes. */
  readonly disclosed: boolean;
}

const isTold = ({ role }: AttemptsViewer): boolean => role === 'service-provider';

/**
 * What a service provider finds with a filter: reasons as they were told, or the list would tell what the answers hide.
 * @returns undefined where there is nothing of that.
 */
export function soughtBy(viewer: AttemptsViewer, sought: AttemptsSought): AttemptsSought | undefined {
  if (!isTold(viewer) || viewer.disclosed || sought.reason === undefined) return sought;
  if (sought.reason !== 'not_authenticated' || sought.result === 'success') return undefined;
  return { ...sought, reason: undefined, result: 'denied' };
}

/** @param externalIds by account. @param said by the caller: the address of the end user, and its own name for the attempt, opened. */
export function attemptView(
  row: AttemptRow,
  externalIds: Readonly<Record<AccountId, string>>,
  { address, clientRef }: { readonly address: string | undefined; readonly clientRef: string | undefined },
  viewer: AttemptsViewer,
): AttemptView {
  const told = isTold(viewer);
  const reason = row.reason === null || !told ? row.reason : toldReason(row.reason, viewer.disclosed);
  // Told so, an ID of the contract and none are one.
  const rid = told && reason === 'not_authenticated' ? null : row.rid;
  return {
    at: row.at,
    rid,
    externalId: rid === null ? null : (externalIds[rid] ?? null),
    ...(row.device !== null && { deviceId: row.device }),
    ...(!told && { key: row.key }),
    result: row.result,
    ...(reason !== null && { reason }),
    ...(clientRef !== undefined && { clientRef }),
    ...(address !== undefined && { clientAddress: address }),
    ...(row.repeated !== null && { repeated: row.repeated }),
  };
}
