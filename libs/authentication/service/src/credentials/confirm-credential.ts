import {
  confirmEnrolment,
  confirmPending,
  type ConfirmationDecision,
  type Confirmed,
  type Credential,
  type NotConfirmed,
  type PendingCredential,
} from '@smartkey/authentication-domain';
import { retryBehindFence } from '@smartkey/event-store';
import { unavailable } from '@smartkey/http';
import {
  notFound,
  ok,
  type Clock,
  type EventMetadata,
  type Instant,
  type Rejection,
  type Result,
  type DeviceId,
} from '@smartkey/kernel';
import { inSpan } from '@smartkey/tracing';
import type { ConfirmCredential, CredentialConfirmation } from '@smartkey/messages';
import { onceOfDevice, type AccountLog } from '../log/account-log.ts';
import type { CredentialSecrets } from '../totp/credential-secrets.ts';
import { credentialOfDevice } from './credential.row.ts';
import { eraseCredential } from './erase-credential.ts';

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
    device: DeviceId,
    confirmation: ConfirmCredential,
    metadata: EventMetadata,
  ): Promise<Result<CredentialConfirmation, Rejection>> {
    const attributes = { 'smartkey.aggregate.type': 'authentication', 'smartkey.command.type': 'Confirm' };
    return inSpan('command authentication', { attributes }, () =>
      this.#confirm(device, confirmation, metadata),
    );
  }

  async #confirm(
    device: DeviceId,
    { enrolment, code }: ConfirmCredential,
    metadata: EventMetadata,
  ): Promise<Result<CredentialConfirmation, Rejection>> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const credential = await credentialOfDevice(this.log.database, device);
      if (credential?.enrolment !== enrolment)
        return notFound('unknown-enrolment', 'There is no such enrolment.');
      const decision = await retryBehindFence(this.clock, (stamp) =>
        this.#round(credential, code, metadata, stamp()),
      );
      if (decision !== undefined) return ok(answerOf(decision));
    }
    throw unavailable('Too many tries at this enrolment at once. Nothing was decided; try again.');
  }

  /** `undefined` where somebody was faster. */
  async #round(
    credential: Credential,
    code: string,
    metadata: EventMetadata,
    now: Instant,
  ): Promise<ConfirmationDecision | undefined> {
    const command = { now, steps: await this.#steps(credential, code, now) };
    if (credential.status !== 'pending') return confirmEnrolment(command, credential);
    const decision = confirmPending(command, credential);
    try {
      await this.#commit(credential, decision, metadata, now);
      return decision;
    } catch (error) {
      if (error instanceof Overtaken) return undefined;
      throw error;
    }
  }

  #commit(
    { account, device, tries }: PendingCredential,
    decision: Confirmed | NotConfirmed,
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
        await this.log.append(tx, account, decision.events.map(onceOfDevice), now, metadata);
    });
  }

  /** Of a confirmed credential the confirmed step is what a repeat must show, however long ago it was. */
  async #steps(credential: Credential, code: string, now: Instant): Promise<readonly number[]> {
    switch (credential.status) {
      case 'ended':
        return [];
      case 'pending':
        return (await this.secrets.matching(credential, code, now)).filter(
          (step) => step > credential.lastStep,
        );
      case 'confirmed':
      case 'active':
      case 'suspended': {
        const { confirmedStep } = credential;
        return (await this.secrets.isCodeOf(credential, code, confirmedStep)) ? [confirmedStep] : [];
      }
    }
  }
}

function answerOf(decision: ConfirmationDecision): CredentialConfirmation {
  if (decision.confirmed) return { confirmed: true };
  const { reason, remainingTries } = decision;
  return { confirmed: false, reason, remainingTries };
}
