import type { Database, Transaction } from '@smartkey/database';
import {
  decodeCursor,
  encodeCursor,
  notFoundProblem,
  orThrow,
  pageOf,
  validationFailed,
  type CommandContext,
  type Page,
  type PageQuery,
} from '@smartkey/http';
import { newId } from '@smartkey/identity';
import type { Clock, Instant, Right, ContractId, PersonId } from '@smartkey/kernel';
import type { OfficeRole, PersonCommand, Standing } from '@smartkey/people-domain';
import type { PreparedMail } from '@smartkey/mail';
import { openReadable, type SubjectKeys } from '@smartkey/secrets';
import type { ContractLookup } from '../keys/contract-lookup.ts';
import type { Links, MadeLink } from '../links/links.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { viewOfSession, type SessionView } from '../sessions/session-view.ts';
import type { PeopleMails } from '../recovery/people-mails.ts';
import { mailRecipientOf } from '../recovery/recipient.ts';
import type { AddressLinks } from './address-links.ts';
import type { HandledPerson, LoadedPerson, PeopleLog } from './people-log.ts';
import { PERSON_COLUMNS, type KnownPerson, type PersonRow } from './person-row.ts';
import { viewOfRow, viewOfState, type PersonView } from './person-view.ts';

/** Whose people: the operator's side, or those of one contract. */
export type Side = { readonly contract: ContractId } | 'office';

/** How the invited person gets the link. */
export interface InvitationView {
  /** `mail`: the invited address alone has it. `shown`: who invited sees it, and could use it; the log says who that was. */
  readonly channel: 'mail' | 'shown';
  readonly expiresAt: Instant;
  /** The link itself, in this answer only, and only where no mail is sent. */
  readonly url?: string;
}

/** A person who was invited just now. */
export interface InvitedView extends PersonView {
  /** Missing where the same command was answered before: invite again for another link. */
  readonly invitation?: InvitationView;
}

/** A person who has left. */
export interface LeftView extends PersonView {
  /** Keys that the person made and that still work: each is to be looked at, and revoked where nothing needs it. */
  readonly keysToRevoke: readonly string[];
}

export interface WantedPerson {
  readonly name: string;
  readonly email: string;
}

export interface WantedChange {
  readonly name?: string;
  readonly email?: string;
  readonly roles?: readonly OfficeRole[];
  readonly rights?: readonly Right[];
  readonly status?: 'active' | 'suspended';
  readonly reason?: string;
}

export class People {
  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly log: PeopleLog;
      readonly contracts: ContractLookup;
      readonly sessions: SessionStore;
      readonly links: Links;
      readonly subjectKeys: SubjectKeys;
      readonly clock: Clock;
      readonly mails: PeopleMails;
      readonly addresses: AddressLinks;
    },
  ) {}

  /** In the order in which they were named. @throws ProblemException 404 for an unknown contract. */
  async list(side: Side, query: PageQuery): Promise<Page<PersonView>> {
    await this.#mustBeThere(side);
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, 'string')[0];
    const rows = await this.parts.database.query<PersonRow>(
      `SELECT ${PERSON_COLUMNS} FROM people
       WHERE contract IS NOT DISTINCT FROM $1 AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3`,
      [contractOfSide(side), after, query.limit + 1],
    );
    const page = pageOf(rows, query.limit, (last) => encodeCursor(last.id));
    const opened = await openReadable(
      this.parts.subjectKeys,
      page.items.map(({ id, sealedName, sealedEmail }) => ({
        subject: id,
        sealed: [sealedName, sealedEmail],
      })),
    );
    return { ...page, items: page.items.map((row, n) => viewOfRow(row, detailsOf(opened[n]!))) };
  }

  /** @throws ProblemException 404 for an unknown person and for one of another side. */
  async show(side: Side, id: PersonId): Promise<PersonView> {
    const { state, revision } = await this.#find(side, id);
    return viewOfState(id, state, revision);
  }

  async invite(
    side: Side,
    wanted: WantedPerson & { readonly standing: Standing },
    command: CommandContext,
  ): Promise<{ readonly view: InvitedView; readonly revision: number }> {
    await this.#mustBeThere(side);
    const { name, email, standing } = wanted;
    const { link, mail } = await this.#link(command, { name, email, ...contractIn(standing) });
    const handled = orThrow(
      await this.parts.log.carryOut(
        newId('per', this.parts.clock.now(), command.commandId),
        command,
        () => ({
          type: 'Invite',
          actor: command.actor,
          who: { name, email, ...standing },
          link: issued(link),
        }),
        async (tx, { id }) => {
          await this.parts.links.keep(tx, link, id, 'invitation');
          if (mail !== undefined) await this.parts.mails.queue(tx, mail);
        },
      ),
    );
    return { view: this.#invited(handled, link), revision: handled.revision };
  }

  /** Another link; the former is worth nothing from then on. */
  async inviteAgain(
    side: Side,
    id: PersonId,
    command: CommandContext,
  ): Promise<{ readonly view: InvitedView; readonly revision: number }> {
    const { state } = await this.#find(side, id);
    const { name, email, standing } = state;
    const { link, mail } = await this.#link(command, { name, email, ...contractIn(standing) });
    const handled = orThrow(
      await this.parts.log.carryOut(
        id,
        command,
        () => ({ type: 'InviteAgain', actor: command.actor, link: issued(link) }),
        async (tx) => {
          await this.parts.links.keep(tx, link, id, 'invitation');
          if (mail !== undefined) await this.parts.mails.queue(tx, mail);
        },
      ),
    );
    return { view: this.#invited(handled, link), revision: handled.revision };
  }

  /** Everything that a change names, or nothing of it. */
  async change(
    side: Side,
    id: PersonId,
    wanted: WantedChange,
    command: CommandContext,
  ): Promise<HandledPerson> {
    const { state } = await this.#find(side, id);
    if (Object.keys(wanted).every((field) => field === 'reason'))
      throw validationFailed([
        { pointer: '', rule: 'nothing-asked', detail: 'Name at least one field to change.' },
      ]);
    const told = await this.#aboutAddress(id, state, wanted.email, command);
    const handled = orThrow(
      await this.parts.log.carryOut(
        id,
        command,
        ({ otherManagers }) => commandsOf(id, wanted, { actor: command.actor, otherManagers }),
        async (tx, { events }) => {
          if (events.some(({ type, data }) => type === 'DetailsChanged' && data.email !== undefined))
            await told(tx);
        },
      ),
    );
    this.parts.mails.wake();
    return handled;
  }

  /**
   * What goes along with another address of somebody who has come: the former is told, and a link goes to the new one, which is not the
   * person's own until it comes back. Who has not come gets there by the invitation.
   */
  async #aboutAddress(
    id: PersonId,
    state: KnownPerson,
    email: string | undefined,
    { commandId }: CommandContext,
  ): Promise<(tx: Transaction) => Promise<void>> {
    const { mails, addresses } = this.parts;
    if (email === undefined || email === state.email || state.stage === 'invited' || state.stage === 'left')
      return () => Promise.resolve();
    const former = mailRecipientOf(state);
    const told = await mails.addressChanged([commandId], former);
    const link = mails.bySmtp ? await addresses.prepare([commandId], id, { ...former, email }) : undefined;
    return async (tx) => {
      await mails.queue(tx, told);
      if (link === undefined) await addresses.forget(tx, id);
      else await addresses.send(tx, id, link);
    };
  }

  async leave(
    side: Side,
    id: PersonId,
    reason: string | undefined,
    command: CommandContext,
  ): Promise<{ readonly view: LeftView; readonly revision: number }> {
    await this.#find(side, id);
    const { state, revision } = orThrow(
      await this.parts.log.carryOut(id, command, ({ otherManagers, keys }) => ({
        type: 'Leave',
        actor: command.actor,
        person: id,
        otherManagers,
        keys,
        reason,
      })),
    );
    const left = (await this.parts.log.history(id)).find(({ type }) => type === 'PersonLeft');
    const { keys } = left!.data as { readonly keys: readonly string[] };
    return { view: { ...viewOfState(id, state, revision), keysToRevoke: keys }, revision };
  }

  /** The sessions of anybody, for operators. @throws ProblemException 404 */
  async sessions(id: PersonId): Promise<readonly SessionView[]> {
    if ((await this.parts.log.load(id)) === undefined) throw notFoundProblem();
    return (await this.parts.sessions.list(id)).map((row) => viewOfSession(row, ''));
  }

  /** A link that goes by mail where a server sends it, and is shown to who invites where none does. */
  async #link(
    { commandId }: CommandContext,
    to: { readonly name: string; readonly email: string; readonly contract?: ContractId },
  ): Promise<{ readonly link: MadeLink; readonly mail?: PreparedMail }> {
    const { links, mails } = this.parts;
    if (!mails.bySmtp) return { link: links.make('shown') };
    const link = links.make('mail');
    return { link, mail: await mails.invitation([commandId], to, link.token) };
  }

  #invited({ id, state, revision, repeated }: HandledPerson, link: MadeLink): InvitedView {
    const view = viewOfState(id, state, revision);
    if (repeated) return view;
    this.parts.mails.wake();
    const { channel, expiresAt, token } = link;
    const url = this.parts.mails.linkOf('invitation', token);
    return { ...view, invitation: { channel, expiresAt, ...(channel === 'shown' && { url }) } };
  }

  async #find(side: Side, id: PersonId): Promise<LoadedPerson> {
    const found = await this.parts.log.load(id);
    if (found === undefined) throw notFoundProblem();
    const { standing } = found.state;
    if (('contract' in standing ? standing.contract : null) !== contractOfSide(side)) throw notFoundProblem();
    return found;
  }

  async #mustBeThere(side: Side): Promise<void> {
    if (side !== 'office' && !(await this.parts.contracts.knows(side.contract))) throw notFoundProblem();
  }
}

const contractOfSide = (side: Side): ContractId | null => (side === 'office' ? null : side.contract);

const contractIn = (standing: Standing): { readonly contract?: ContractId } =>
  'contract' in standing ? { contract: standing.contract } : {};

const issued = ({ channel, expiresAt }: MadeLink) => ({ channel, expiresAt });

const ERASED = '[erased]';

const detailsOf = ([name, email]: readonly (string | undefined)[]) => ({
  name: name ?? ERASED,
  email: email ?? ERASED,
});

function commandsOf(
  person: PersonId,
  { name, email, roles, rights, status, reason }: WantedChange,
  { actor, otherManagers }: { readonly actor: CommandContext['actor']; readonly otherManagers: number },
): readonly PersonCommand[] {
  const common = { actor, person, otherManagers };
  const commands: PersonCommand[] = [];
  if (name !== undefined || email !== undefined) commands.push({ type: 'ChangeDetails', actor, name, email });
  if (roles !== undefined) commands.push({ type: 'ChangeRoles', ...common, roles });
  if (rights !== undefined) commands.push({ type: 'ChangeRights', ...common, rights });
  if (status === 'suspended') commands.push({ type: 'Suspend', ...common, reason });
  if (status === 'active') commands.push({ type: 'Resume', ...common, reason });
  return commands;
}
