import { RecoveryForm } from './person.forms.ts';

/** What changes somebody is an act of a person, who has shown anew who that is. */
const ACT = { personsOnly: true, stepUp: true, write: true } as const;
/** What is answered of a link is a secret. */
const LINK = { ...ACT, status: 201, secret: true } as const;

/** What all routes about people say, whoever looks after them. */
export const ABOUT_PEOPLE = {
  invite: {
    ...LINK,
    description:
      'The invitation lasts 24 hours and lets in once. Where mails are sent it goes to the address alone; else the answer shows it, and the log says who saw it.',
    errors: { 404: 'No such contract.', 422: 'A field is broken.' },
  },
  change: {
    ...ACT,
    description:
      'Everything that is named, or nothing. Nobody changes their own roles or rights; the last who manages the others stays. Rights that are taken away fail from the next request on.',
    errors: {
      403: 'One’s own roles or rights.',
      404: 'No such person here.',
      409: 'If-Match is stale, the person has left, or is the last operator or administrator.',
      422: 'A field is broken.',
    },
  },
  leave: {
    ...ACT,
    description:
      'Ends sessions, passkeys and invitations at once, and for good. Keys that the person made go on: the answer lists them.',
    errors: {
      403: 'Oneself.',
      404: 'No such person here.',
      409: 'The last operator or administrator.',
    },
  },
  recovery: {
    summary: 'Has a link sent that lets a person in again; whoever asks never sees it',
    ...ACT,
    body: RecoveryForm,
    status: 202,
    description:
      'It goes to the confirmed address, lasts 24 hours, and ends all former ways in when it is used. The sole administrator of a contract is let in again by two operators, who both ask within 24 hours.',
    errors: {
      404: 'No such person here.',
      409: 'Oneself, no mail server, an address that is not confirmed, or another operator must ask too.',
    },
  },
  again: {
    ...LINK,
    description:
      'For who has not come, or came and has no way to come again. The former link is worth nothing any more.',
    errors: { 404: 'No such person here.', 409: 'The person has a way in, is suspended or has left.' },
  },
} as const;
