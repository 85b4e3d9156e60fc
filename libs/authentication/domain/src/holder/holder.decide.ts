import type { AccountId, ContractId, DeviceId, Instant } from '@smartkey/kernel';
import { isLocked, type Attempts } from '../attempts/attempts.state.ts';
import { wrongCode, type WrongCode } from '../verification/verification.decide.ts';

export interface ShowHolder {
  readonly now: Instant;
  /** By active device: the steps in the window whose code is the one given. */
  readonly steps: ReadonlyMap<DeviceId, readonly number[]>;
}

export interface HolderState {
  readonly contract: ContractId;
  readonly account: AccountId;
  readonly devices: readonly { readonly device: DeviceId; readonly lastStep: number }[];
  readonly attempts: Attempts;
}

export type HolderDecision =
  /** The step is burned: it is no login, and the failures stand. */
  | { readonly result: 'held'; readonly device: DeviceId; readonly step: number }
  | { readonly result: 'denied'; readonly reason: 'code_already_used' | 'no_active_device' | 'locked' }
  | WrongCode;

/**
 * Decides whether a code shows that somebody holds a device, without signing anybody in (別紙1 備考2: no authentication is billed). A wrong code
 * counts like every other of the account, so that nobody guesses here what is locked there.
 */
export function showHolder({ now, steps }: ShowHolder, state: HolderState): HolderDecision {
  const { contract, account, devices, attempts } = state;
  if (devices.length === 0) return { result: 'denied', reason: 'no_active_device' };
  if (isLocked(attempts, now)) return { result: 'denied', reason: 'locked' };
  let matches = false;
  for (const { device, lastStep } of devices) {
    const matching = steps.get(device);
    if (matching === undefined || matching.length === 0) continue;
    const step = Math.max(...matching);
    if (step > lastStep) return { result: 'held', device, step };
    matches = true;
  }
  return matches
    ? { result: 'denied', reason: 'code_already_used' }
    : wrongCode(contract, { id: account, attempts }, now);
}
