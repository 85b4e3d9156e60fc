import type { AuthSucceeded, Period } from '@smartkey/authentication-domain';
import { stepAt, WINDOW_STEPS } from '@smartkey/authentication-domain';
import type {
  Instant,
  RecordedEvent,
  AccountId,
  AuthenticationId,
  DeviceId,
  TotpSettings,
} from '@smartkey/kernel';
import { streamOf, successIdOf, type AccountLog } from '../log/account-log.ts';
import type { CredentialSecrets, SealedCredential } from '../totp/credential-secrets.ts';

/** How many of an account's latest facts are looked through; a repeat comes long before that many others. */
const FACTS_LOOKED_THROUGH = 50;

export interface FormerSuccess {
  readonly authentication: AuthenticationId;
  readonly device: DeviceId;
  readonly decidedAt: Instant;
  readonly at: { readonly revision: number; readonly position: bigint };
}

/**
 * The success that this very command had before, rebuilt from its event: a caller whose answer was lost asks again. It must
 * send the same code too, or a caller who uses one idempotency key for ever would be told yesterday's success.
 */
export async function findOwnSuccess(
  log: AccountLog,
  secrets: CredentialSecrets,
  account: AccountId,
  commandId: string,
  code: string,
): Promise<FormerSuccess | undefined> {
  const facts = await log.store.readStream(streamOf(account), {
    direction: 'backwards',
    limit: FACTS_LOOKED_THROUGH,
  });
  const event = facts.filter(isSuccess).find(({ metadata }) => metadata.commandId === commandId);
  if (event === undefined) return undefined;
  const { authentication, device } = event.data;
  const credential = await readCredential(log, device);
  if (credential === undefined) return undefined;
  const step = usedStepOf(event, device, credential.period);
  if (step === undefined || !(await secrets.isCodeOf(credential, code, step))) return undefined;
  const { revision, position, occurredAt } = event;
  return { authentication, device, decidedAt: occurredAt, at: { revision, position } };
}

const isSuccess = (fact: RecordedEvent): fact is RecordedEvent & AuthSucceeded =>
  fact.type === 'AuthSucceeded';

/** The event does not tell its time step, but its id derives from it. */
function usedStepOf(event: RecordedEvent, device: DeviceId, period: Period): number | undefined {
  const current = stepAt(event.occurredAt, period);
  for (let step = current - WINDOW_STEPS; step <= current + WINDOW_STEPS; step++)
    if (successIdOf(device, step) === event.id) return step;
  return undefined;
}

async function readCredential(log: AccountLog, device: DeviceId): Promise<SealedCredential | undefined> {
  const [row] = await log.database.query<SealedCredential & TotpSettings>(
    `SELECT contract, account, device, sealed, digits, period, algorithm FROM credentials
     WHERE device = $1 AND status <> 'ended'`,
    [device],
  );
  return row;
}
