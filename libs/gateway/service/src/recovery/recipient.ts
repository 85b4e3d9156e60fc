import { isOfContract } from '@smartkey/people-domain';
import type { KnownPerson } from '../people/person-row.ts';
import type { MailRecipient } from './people-mails.ts';

/** A person as mails go there. */
export const mailRecipientOf = ({ name, email, standing }: KnownPerson): MailRecipient => ({
  name,
  email,
  ...(isOfContract(standing) && { contract: standing.contract }),
});
