import { Body, Controller, Header } from '@nestjs/common';
import { ENROLMENT_WAIT, MOST_SHOWN, type AccountIds } from '@smartkey/device-registry-domain';
import {
  ApiTags,
  Command,
  CurrentActor,
  forbiddenProblem,
  IdParam,
  notFoundProblem,
  Route,
  orThrow,
  ProblemException,
  written,
  type CommandContext,
  type Written,
  orNotFound,
} from '@smartkey/http';
import { isId, type Actor, type EndUser, type EnrolmentId } from '@smartkey/kernel';
import { Accounts } from '../accounts/accounts.ts';
import { writtenAt } from '../accounts/written-at.ts';
import type { ConfirmedDevice, StartedEnrolment } from '../enrolments/enrolment-view.ts';
import { ConfirmationForm } from '../enrolments/enrolment.forms.ts';
import { Enrolments } from '../enrolments/enrolments.ts';
import { OwnedIds } from '../identity/owned-ids.ts';
import type { LoadedAccount } from '../log/account-handler.ts';
import { ownPageOf, type OwnPage } from './own-page-view.ts';
import { OwnDeviceForm, ReplacementForm } from './self.forms.ts';
import { UserSecrets } from './user-secrets.ts';

const BY = ['end-user'] as const;

/** What every device of a user is like; a QR code is good for ten minutes. */
const TOTP = { digits: 6, period: 30, algorithm: 'SHA1', expiresInSeconds: ENROLMENT_WAIT.usual } as const;

const named = (deviceName: string | undefined) => (deviceName === undefined ? {} : { deviceName });

/** Ten codes, in this answer only. */
interface RecoveryCodes {
  /** `ABCD-EFGH-JKLM-NPQR`, each good for one use. */
  readonly codes: readonly string[];
}

const proofNeeded = () =>
  new ProblemException(403, 'user-proof-needed', 'Show a code of a device or a recovery code first.');

/** What users do with their own ID, by a link: they see no other, and administrators see no secret of theirs. */
@ApiTags('End users')
@Controller('v1/self')
export class SelfController {
  constructor(
    private readonly accounts: Accounts,
    private readonly enrolments: Enrolments,
    private readonly ownedIds: OwnedIds,
    private readonly secrets: UserSecrets,
  ) {}

  @Route('GET', {
    summary: 'Shows a user the own ID',
    description: 'Before it was shown whose the link is, what to do next and nothing else.',
    roles: BY,
    own: true,
  })
  async show(@CurrentActor() actor: Actor): Promise<OwnPage> {
    const { state, user } = await this.#own(actor);
    return ownPageOf(state, user, MOST_SHOWN);
  }

  @Header('cache-control', 'no-store')
  @Route('POST enrolments', {
    summary: 'Begins the enrolment of a device: the secret, in this answer only',
    description: 'Good for ten minutes. A link shows it three times.',
    roles: BY,
    own: true,
    body: OwnDeviceForm,
    bodyOptional: true,
    status: 201,
    write: true,
    secret: true,
    errors: {
      403: 'It was not shown yet whose the link is.',
      409: 'The ID is suspended, or a device was reported.',
      410: 'The link is over.',
    },
  })
  async enrol(
    @Body() { deviceName }: OwnDeviceForm,
    @Command() command: CommandContext,
  ): Promise<Written<StartedEnrolment>> {
    const { user, ids } = await this.#own(command.actor);
    if (user.reports !== undefined) throw forbiddenProblem();
    if (user.link === undefined && !user.proven) throw proofNeeded();
    const { value, handled } = orThrow(
      await this.enrolments.start(ids, { ...TOTP, ...named(deviceName) }, command, { link: user.link }),
    );
    return written(value, writtenAt(handled));
  }

  @Route('POST enrolments/:eid/confirmation', {
    summary: 'Confirms the enrolment by the first code of the device; the code is used up',
    roles: BY,
    own: true,
    body: ConfirmationForm,
    write: true,
    errors: {
      404: 'There is no such enrolment.',
      410: 'Expired, superseded, or out of tries.',
      422: 'The code is wrong.',
    },
  })
  async confirm(
    @IdParam('eid', 'enr') enrolment: EnrolmentId,
    @Body() { code }: ConfirmationForm,
    @Command() command: CommandContext,
  ): Promise<Written<ConfirmedDevice>> {
    const { ids, user } = await this.#own(command.actor);
    const owner = await this.ownedIds.ownerOf(enrolment);
    if (user.reports !== undefined || owner?.account !== ids.account) throw notFoundProblem();
    const { value, handled } = orThrow(await this.enrolments.confirm(ids, enrolment, code, command));
    return written(value, writtenAt(handled));
  }

  @Header('cache-control', 'no-store')
  @Route('POST replacement', {
    summary:
      'Begins the enrolment of a new phone in the place of a device, which stays valid until the first code',
    roles: BY,
    own: true,
    body: ReplacementForm,
    status: 201,
    write: true,
    secret: true,
    errors: { 403: 'No code was shown yet.', 404: 'There is no such device.', 409: 'It is revoked.' },
  })
  async replace(
    @Body() { device, deviceName }: ReplacementForm,
    @Command() command: CommandContext,
  ): Promise<Written<StartedEnrolment>> {
    const { ids } = await this.#proven(command.actor);
    if (!isId('dev', device)) throw notFoundProblem();
    const { value, handled } = orThrow(
      await this.enrolments.start(ids, { ...TOTP, ...named(deviceName) }, command, {
        replaces: device,
      }),
    );
    return written(value, writtenAt(handled));
  }

  @Header('cache-control', 'no-store')
  @Route('POST recovery-codes', {
    summary: 'Makes ten recovery codes to write down; the former are worth nothing',
    roles: BY,
    own: true,
    status: 201,
    write: true,
    secret: true,
    errors: { 403: 'No code was shown yet.' },
  })
  async recoveryCodes(@Command() command: CommandContext): Promise<Written<RecoveryCodes>> {
    const { ids } = await this.#proven(command.actor);
    const codes = this.secrets.makeRecoveryCodes();
    const digests = codes.map((code) => this.secrets.digest('recovery-code', ids.account, code));
    const { handled } = orThrow(
      // Codes that were not told are of no use: each run makes its own.
      await this.accounts.carryOut(
        ids,
        { ...command, repeatable: false },
        { type: 'MakeRecoveryCodes', digests },
      ),
    );
    return written({ codes }, writtenAt(handled));
  }

  async #own({ endUser, contract }: Actor): Promise<Own> {
    if (endUser === undefined || contract === undefined) throw forbiddenProblem();
    const ids = { contract, account: endUser.account };
    const { state } = orNotFound(await this.accounts.load(ids));
    return { user: endUser, ids, state };
  }

  /** By a code, or by a device that came by this very link. @throws ProblemException 403 */
  async #proven(actor: Actor): Promise<Own> {
    const own = await this.#own(actor);
    const { user, state } = own;
    const link = state.enrolments.links?.find((one) => one.link === user.link);
    const proven = user.proven || link?.status === 'confirmed';
    if (!proven || user.reports !== undefined) throw proofNeeded();
    return own;
  }
}

interface Own {
  readonly user: EndUser;
  readonly ids: AccountIds;
  readonly state: LoadedAccount['state'];
}
