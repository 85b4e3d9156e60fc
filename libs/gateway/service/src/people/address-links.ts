import type { Sql } from '@smartkey/database';
import type { PersonId } from '@smartkey/kernel';
import type { PreparedMail } from '@smartkey/mail';
import type { SubjectKeys } from '@smartkey/secrets';
import { linkOver, type Links, type MadeLink } from '../links/links.ts';
import type { PeopleMails, MailRecipient } from '../recovery/people-mails.ts';

/** A link on its way to an address, made beforehand: sealing asks the database. */
export interface PreparedAddressLink {
  readonly link: MadeLink;
  readonly sealedEmail: string;
  readonly mail: PreparedMail;
}

/** Links that go to an address alone, and show it to be a person's own when they come back in a sign-in of that person. */
export class AddressLinks {
  constructor(
    private readonly links: Links,
    private readonly mails: PeopleMails,
    private readonly subjectKeys: SubjectKeys,
  ) {}

  async prepare(
    identity: readonly string[],
    person: PersonId,
    to: MailRecipient,
  ): Promise<PreparedAddressLink> {
    const link = this.links.make('mail');
    const [sealedEmail] = await this.subjectKeys.seal(person, [to.email]);
    return { link, sealedEmail: sealedEmail!, mail: await this.mails.address(identity, to, link.token) };
  }

  /** The newest alone is good. */
  async send(sql: Sql, person: PersonId, { link, sealedEmail, mail }: PreparedAddressLink): Promise<void> {
    await this.forget(sql, person);
    await this.links.keep(sql, link, person, 'address', sealedEmail);
    await this.mails.queue(sql, mail);
  }

  /** Nobody asks for an address any more that was meant before. */
  async forget(sql: Sql, person: PersonId): Promise<void> {
    await sql.execute(`DELETE FROM links WHERE person = $1 AND kind = 'address'`, [person]);
  }

  /** Which address a link of this person shows. It is not taken by that. @throws ProblemException 410, also for another's. */
  async addressOf(token: string, person: PersonId): Promise<string> {
    const { person: whose, sealedEmail } = await this.links.find(token, 'address');
    if (whose !== person || sealedEmail === null) throw linkOver();
    const [opened] = await this.subjectKeys.openMany([{ subject: person, sealed: [sealedEmail] }]);
    const email = opened?.[0];
    if (email === undefined) throw linkOver();
    return email;
  }
}
