import type { AccountIds } from '@smartkey/device-registry-domain';
import type { CommandContext } from '@smartkey/event-store';
import type { EnrolmentLinkId, Rejection, Result } from '@smartkey/kernel';
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
    if ('number' in shown)
      return link === undefined
        ? ok(WRONG)
        : this.#ofLink(owner, link, { by: 'number', number: shown.number }, context);
    const proof =
      'code' in shown
        ? await this.#byCode(owner, shown.code, context)
        : await this.#byRecoveryCode(owner, shown.recoveryCode, context);
    if (!proof.ok || link === undefined) return proof;
    if (!proof.value.proven && proof.value.reason === 'locked') return proof;
    const by = 'code' in shown ? 'device' : 'recovery-code';
    return this.#ofLink(owner, link, { by, right: proof.value.proven }, context);
  }

  async #byCode(
    { contract, account }: AccountIds,
    code: string,
    context: CommandContext,
  ): Promise<Result<Proof, Rejection>> {
    const loaded = await this.accounts.load(contract, account);
    if (loaded === undefined) return ok(WRONG);
    const shown = await this.authentication.showHolder(account, code, context.commandId);
    if (shown.held) return ok({ proven: true });
    return ok({ proven: false, reason: shown.reason === 'locked' ? 'locked' : 'wrong' });
  }

  async #byRecoveryCode(
    { contract, account }: AccountIds,
    code: string,
    context: CommandContext,
  ): Promise<Result<Proof, Rejection>> {
    const digest = this.secrets.digest('recovery-code', account, code);
    const taken = await this.accounts.carryOut(
      contract,
      account,
      { ...context, commandId: `${context.commandId}/recovery-code` },
      (now) => ({
        type: 'TakeRecoveryCode',
        now,
        digest,
      }),
    );
    if (taken.ok) return ok({ proven: true });
    return taken.error.code === 'recovery-code-wrong' ? ok(WRONG) : taken;
  }

  async #ofLink(
    { contract, account }: AccountIds,
    link: EnrolmentLinkId,
    {
      by,
      number,
      right,
    }: {
      readonly by: 'number' | 'device' | 'recovery-code';
      readonly number?: string;
      readonly right?: boolean;
    },
    context: CommandContext,
  ): Promise<Result<Proof, Rejection>> {
    const done = await this.accounts.carryOut(contract, account, context, (now) => ({
      type: 'ProveEnrolmentLink',
      now,
      link,
      by,
      numberDigest: number && this.secrets.digest('link-number', account, number),
      right,
    }));
    if (!done.ok) return done.error.kind === 'gone' ? ok({ proven: false, reason: 'over' }) : done;
    const now = done.value.handled.state.enrolments.links?.find((one) => one.link === link);
    if (now?.proof !== undefined) return ok({ proven: true });
    return ok(now?.status === 'opened' ? WRONG : { proven: false, reason: 'over' });
  }
}
