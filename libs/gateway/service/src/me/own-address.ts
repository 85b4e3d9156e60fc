import { notFoundProblem, orThrow, type CommandContext } from '@smartkey/http';
import { conflict, type Instant } from '@smartkey/kernel';
import type { Links } from '../links/links.ts';
import { emailDigest } from '../lookup-digest.ts';
import type { AddressLinks } from '../people/address-links.ts';
import type { LoadedPerson, PeopleLog } from '../people/people-log.ts';
import type { PeopleMails } from '../recovery/people-mails.ts';
import { mailRecipientOf } from '../recovery/recipient.ts';
import type { SignInAttempts } from '../sign-in/sign-in-attempts.ts';

/** A link is on its way to the address. */
export interface AddressAsked {
  /** The former address stays until the link comes back. */
  readonly asked: true;
  readonly expiresAt: Instant;
}

/** An address that is known to be the person's own. */
export interface ConfirmedAddress {
  readonly email: string;
}

/** People change and confirm their own address: a link goes there, and comes back in a sign-in of theirs. */
export class OwnAddress {
  constructor(
    private readonly parts: {
      readonly people: PeopleLog;
      readonly links: Links;
      readonly addresses: AddressLinks;
      readonly attempts: SignInAttempts;
      readonly mails: PeopleMails;
      readonly lookupKey: Uint8Array;
    },
  ) {}

  /** @throws ProblemException 409 without a mail server, 429 after five links an hour to one address. */
  async ask(email: string, command: CommandContext): Promise<AddressAsked> {
    const { people, addresses, attempts, mails, lookupKey } = this.parts;
    const { id, state } = await this.#own(command);
    if (!mails.bySmtp) orThrow(conflict('no-mail', 'No mail server is set: no link goes out.'));
    await attempts.countAddress(emailDigest(lookupKey, email));
    const prepared = await addresses.prepare([command.commandId], id, { ...mailRecipientOf(state), email });
    await people.inTransaction((tx) => addresses.send(tx, id, prepared));
    mails.wake();
    return { asked: true, expiresAt: prepared.link.expiresAt };
  }

  /** @throws ProblemException 410 for a link that is unknown, used, replaced, over or another's. */
  async confirm(token: string, command: CommandContext): Promise<ConfirmedAddress> {
    const { people, links, addresses, mails } = this.parts;
    const { id, state } = await this.#own(command);
    const email = await addresses.addressOf(token, id);
    const told = await mails.addressChanged([command.commandId], mailRecipientOf(state));
    orThrow(
      await people.carryOut(
        id,
        command,
        () => ({ type: 'ConfirmAddress', actor: command.actor, email }),
        async (tx) => {
          if (state.email !== email) await mails.queue(tx, told);
        },
        (tx) => links.take(tx, token, 'address'),
      ),
    );
    mails.wake();
    return { email };
  }

  async #own({ actor }: CommandContext): Promise<LoadedPerson> {
    const loaded = await this.parts.people.load(actor.person!.id);
    if (loaded === undefined) throw notFoundProblem();
    return loaded;
  }
}
