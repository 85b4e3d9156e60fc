import type { DeviceId } from '@smartkey/kernel';
import type { ErasureCause } from '@smartkey/authentication-domain';
import type { Transaction } from '@smartkey/database';

/** The secret's bytes are gone from the row. @returns the number of credentials ended, 0 where it had ended before. */
export const eraseCredential = (tx: Transaction, device: DeviceId, cause: ErasureCause): Promise<number> =>
  tx.execute(
    `UPDATE credentials SET status = 'ended', ended_cause = $2, sealed = NULL WHERE device = $1 AND status <> 'ended'`,
    [device, cause],
  );
