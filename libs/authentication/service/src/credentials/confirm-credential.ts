import {
  decideConfirmation,
  type Confirmable,
  type ConfirmationDecision,
  type CredentialErased,
} from '@smartkey/authentication-domain';
import { unavailable } from '@smartkey/http';
import {
  derivedUuid,
  notFound,
  ok,
  type Clock,
  type EventMetadata,
  type Instant,
  type Rejection,
  type Result,
} from '@smartkey/kernel';
import { inSpan } from '@smartkey/tracing';
import type { ConfirmCredential, CredentialConfirmation } from '@smartkey/messages';
import { eraseCredential } from '../knowledge/follow-facts.ts';
import { erasureOf, type AccountLog } from '../shared/account-log.ts';
import { stamped } from '../shared/stamped.ts';
import type { CredentialSecrets } from '../totp/credential-secrets.ts';
import { credentialOfDevice, type CredentialRow } from './credential.row.ts';

const MOST_ROUNDS = 16;

class Overtaken extends Error {}

/** Checks the code that confirms an enrolment. Each wrong one is counted before it is answered. */
export class CredentialConfirmer {
  constructor(
    private readonly log: AccountLog,
    private readonly secrets: CredentialSecrets,
    private readonly clock: Clock,
  ) {}

  confirm(
    device: string,
    confirmation: ConfirmCredential,
    metadata: EventMetadata,
  ): Promise<Result<CredentialConfirmation, Rejection>> {
    const attributes = { 'smartkey.aggregate.type': 'authentication', 'smartkey.command.type': 'Confirm' };
    return inSpan('command authentication', { attributes }, () =>
      this.#confirm(device, confirmation, metadata),
    );
  }

  async #confirm(
    device: string,
    { enrolment, code }: ConfirmCredential,
    metadata: EventMetadata,
  ): Promise<Result<CredentialConfirmation, Rejection>> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const row = await credentialOfDevice(this.log.database, device);
      if (row === undefined || row.enrolment !== enrolment)
        return notFound('unknown-enrolment', 'There is no such enrolment.');
      const decision = await stamped(this.clock, (now) => this.#round(row, code, metadata, now));
      if (decision !== undefined) return ok(answerOf(decision));
    }
    throw unavailable('Too many tries at this enrolment at once. Nothing was decided; try again.');
  }

  /** `undefined` where somebody was faster. */
  async #round(
    row: CredentialRow,
    code: string,
    metadata: EventMetadata,
    now: Instant,
  ): Promise<ConfirmationDecision | undefined> {
    const decision = decideConfirmation(
      { now, steps: await this.#steps(row, code, now) },
      confirmableOf(row),
    );
    if (
      decision.confirmed
        ? decision.step === undefined
        : decision.tries === undefined && decision.erase === undefined
    )
      return decision;
    try {
      await this.#commit(row, decision, metadata, now);
      return decision;
    } catch (error) {
      if (error instanceof Overtaken) return undefined;
      throw error;
    }
  }

  #commit(
    { account, device, tries }: CredentialRow,
    decision: ConfirmationDecision,
    metadata: EventMetadata,
    now: Instant,
  ): Promise<void> {
    return this.log.changeDecided(async (tx) => {
      await this.log.takeGuard(tx, account);
      const pending = `device = $1 AND status = 'pending' AND tries = $2`;
      const changed = decision.confirmed
        ? await tx.execute(
            `UPDATE credentials SET status = 'confirmed', last_step = $3, confirmed_step = $3 WHERE ${pending}`,
            [device, tries, decision.step],
          )
        : await tx.execute(`UPDATE credentials SET tries = $3 WHERE ${pending}`, [
            device,
            tries,
            decision.tries ?? tries,
          ]);
      if (changed === 0) throw new Overtaken();
      if (!decision.confirmed && decision.erase !== undefined)
        await eraseCredential(tx, device, decision.erase);
      if (decision.events.length > 0)
        await this.log.append(
          tx,
          account,
          decision.events.map((event) =>
            event.type === 'CredentialErased'
              ? erasureOf(event satisfies CredentialErased)
              : { id: derivedUuid(event.type, device), event },
          ),
          now,
          metadata,
        );
    });
  }

  /** Of a confirmed credential the confirmed step is what a repeat must show, however long ago it was. */
  async #steps(row: CredentialRow, code: string, now: Instant): Promise<readonly number[]> {
    const { sealed, status, confirmed_step: confirmedStep } = row;
    if (sealed === null) return [];
    if (status === 'pending') return this.secrets.matching({ ...row, sealed }, code, now);
    const step = Number(confirmedStep);
    return (await this.secrets.isCodeOf({ ...row, sealed }, code, step)) ? [step] : [];
  }
}

function confirmableOf(row: CredentialRow): Confirmable {
  const { contract, account, device, enrolment } = row;
  const ids = { contract, account, device, enrolment };
  switch (row.status) {
    case 'pending':
      return { ...ids, status: 'pending', expiresAt: row.expires_at, tries: row.tries };
    case 'ended':
      return { ...ids, status: 'ended', cause: row.ended_cause! };
    default:
      return { ...ids, status: 'confirmed', confirmedStep: Number(row.confirmed_step) };
  }
}

function answerOf(decision: ConfirmationDecision): CredentialConfirmation {
  if (decision.confirmed) return { confirmed: true };
  const { reason, remainingTries } = decision;
  return { confirmed: false, reason, remainingTries };
}
