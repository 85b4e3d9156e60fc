import type { AccountIds, ProveEnrolmentLink } from '@smartkey/device-registry-domain';
import type { CommandContext } from '@smartkey/event-store';
import type { EnrolmentLinkId, Rejection, Result, Asked } from '@smartkey/kernel';
import { ok } from '@smartkey/kernel';
import type { Proof, ShownProof } from '@smartkey/messages';
import type { Accounts } from '../accounts/accounts.ts';
import type { AuthenticationClient } from '../propagation/authentication.client.ts';
import type { UserSecrets } from './user-secrets.ts';

const WRONG: Proof = { proven: false, reason: 'wrong' };

/**
 * What shows, besides a link, whose it is. Each try is counted before it is answered: a device's codes with all other codes of the ID, a number
 * with the link's tries. A recovery code of 80 bits is found by no number of tries; the gateway bounds those of a session all the same.
 */
export class Proofs {
  constructor(
    private readonly accounts: Accounts,
    private readonly authentication: AuthenticationClient,
    private readonly secrets: UserSecrets,
  ) {}

  /** @throws PeerUnavailableError */
  async show(
    owner: AccountIds,
    shown: ShownProof,
    context: CommandContext,
  ): Promise<Result<Proof, Rejection>> {
    const { link } = shown;
    if ('number' in shown) {
      if (link === undefined) return ok(WRONG);
      const numberDigest = this.secrets.digest('link-number', owner.account, shown.number);
      return this.#ofLink(owner, link, { by: 'number', numberDigest }, context);
    }
    const proof =
      'code' in shown
        ? await this.#byCode(owner, shown.code, context)
        : await this.#byRecoveryCode(owner, shown.recoveryCode, context);
    if (!proof.ok || link === undefined) return proof;
    if (!proof.value.proven && proof.value.reason === 'locked') return proof;
    const by = 'code' in shown ? 'device' : 'recovery-code';
    return this.#ofLink(owner, link, { by, right: proof.value.proven }, context);
  }

  async #byCode(owner: AccountIds, code: string, context: CommandContext): Promise<Result<Proof, Rejection>> {
    const loaded = await this.accounts.load(owner);
    if (loaded === undefined) return ok(WRONG);
    const shown = await this.authentication.showHolder(owner.account, code, context.commandId);
    if (shown.held) return ok({ proven: true });
    return ok({ proven: false, reason: shown.reason === 'locked' ? 'locked' : 'wrong' });
  }

  async #byRecoveryCode(
    owner: AccountIds,
    code: string,
    context: CommandContext,
  ): Promise<Result<Proof, Rejection>> {
    const digest = this.secrets.digest('recovery-code', owner.account, code);
    const taken = await this.accounts.carryOut(
      owner,
      { ...context, commandId: `${context.commandId}/recovery-code` },
      { type: 'TakeRecoveryCode', digest },
    );
    if (taken.ok) return ok({ proven: true });
    return taken.error.code === 'recovery-code-wrong' ? ok(WRONG) : taken;
  }

  async #ofLink(
    owner: AccountIds,
    link: EnrolmentLinkId,
    shown: Omit<Asked<ProveEnrolmentLink>, 'type' | 'link'>,
    context: CommandContext,
  ): Promise<Result<Proof, Rejection>> {
    const done = await this.accounts.carryOut(owner, context, { ...shown, type: 'ProveEnrolmentLink', link });
    if (!done.ok) return done.error.kind === 'gone' ? ok({ proven: false, reason: 'over' }) : done;
    const now = done.value.handled.state.enrolments.links?.find((one) => one.link === link);
    if (now?.proof !== undefined) return ok({ proven: true });
    return ok(now?.status === 'opened' ? WRONG : { proven: false, reason: 'over' });
  }
}
