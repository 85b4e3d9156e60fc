import { type Credential, credentialErased, mustWait } from '@smartkey/authentication-domain';
import { UniqueViolationError, type Transaction } from '@smartkey/database';
import {
  BASE32,
  event,
  type EventMetadata,
  type Instant,
  ok,
  type Rejection,
  type Result,
  type DeviceId,
} from '@smartkey/kernel';
import type { IssueCredential, IssuedCredential } from '@smartkey/messages';
import { onceOfDevice, type AccountLog, type IdentifiedEvent } from '../log/account-log.ts';
import type { CredentialSecrets } from '../totp/credential-secrets.ts';
import { credentialOfEither } from './credential.row.ts';

type Issue = Result<IssuedCredential, Rejection>;

/** Makes the secret of a device to be, keeps it sealed, and hands it out: until it is confirmed the same one again. */
export class CredentialIssuer {
  constructor(
    private readonly log: AccountLog,
    private readonly secrets: CredentialSecrets,
  ) {}

  async issue(request: IssueCredential, metadata: EventMetadata): Promise<Issue> {
    const former = await credentialOfEither(this.log.database, request.device, request.enrolment);
    if (former !== undefined) return this.#repeat(request, former);
    const secret = this.secrets.make(request.algorithm);
    try {
      // Sealing may look for its key in the database, so it comes before the transaction.
      const sealed = await this.secrets.seal(secret, request);
      await this.log.change((tx, now) => this.#write(tx, request, sealed, now, metadata));
      return ok({ secretBase32: BASE32.encode(secret) });
    } catch (error) {
      if (!(error instanceof UniqueViolationError)) throw error;
      const winner = await credentialOfEither(this.log.database, request.device, request.enrolment);
      if (winner === undefined) throw error;
      return await this.#repeat(request, winner);
    } finally {
      secret.fill(0);
    }
  }

  async #write(
    tx: Transaction,
    request: IssueCredential,
    sealed: string,
    now: Instant,
    metadata: EventMetadata,
  ): Promise<void> {
    const { account, contract, device, enrolment } = request;
    await tx.execute(
      `INSERT INTO attempts (account, contract, version, failures, hard_locked) VALUES ($1, $2, 0, 0, false)
       ON CONFLICT (account) DO UPDATE SET version = attempts.version + 1`,
      [account, contract],
    );
    const superseded = await tx.query<{ device: DeviceId }>(
      `UPDATE credentials SET status = 'ended', ended_cause = 'superseded', sealed = NULL
       WHERE account = $1 AND status = 'pending' AND enrolment <> $2 RETURNING device`,
      [account, enrolment],
    );
    await tx.execute(
      `INSERT INTO credentials (device, account, contract, enrolment, status, announced_at, sealed, digits, period,
                                algorithm, last_step, expires_at, tries)
       VALUES ($1, $2, $3, $4, 'pending', $5, $6, $7, $8, $9, -1, $10, 0)`,
      [
        device,
        account,
        contract,
        enrolment,
        request.accountRevision,
        sealed,
        request.digits,
        request.period,
        request.algorithm,
        request.expiresAt,
      ],
    );
    const events: IdentifiedEvent[] = [
      ...superseded.map((former) =>
        onceOfDevice(credentialErased({ contract, account, device: former.device }, 'superseded')),
      ),
      onceOfDevice(event('CredentialIssued', { contract, account, device, enrolment })),
    ];
    await this.log.append(tx, account, events, now, metadata);
  }

  async #repeat(request: IssueCredential, credential: Credential): Promise<Issue> {
    const waiting = mustWait(request, credential, this.log.clock.now());
    if (!waiting.ok) return waiting;
    const secret = await this.secrets.open(waiting.value);
    try {
      return ok({ secretBase32: BASE32.encode(secret) });
    } finally {
      secret.fill(0);
    }
  }
}
