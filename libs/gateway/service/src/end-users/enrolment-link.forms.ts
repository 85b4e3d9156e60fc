import { IsExternalId, IsMatching, IsText, IsWholeNumber } from '@smartkey/http';
import { IsEmail } from '../me/me.forms.ts';

/** How long a link may wait to be opened, in seconds. */
const LINK_WAIT = { shortest: 300, longest: 86_400 } as const;

export class EnrolmentLinkForm {
  @IsEmail({
    optional: true,
    description:
      'The user’s address: the link goes there alone. Without it the link is answered, and whoever asks could open it.',
  })
  email?: string;

  @IsWholeNumber({
    optional: true,
    min: LINK_WAIT.shortest,
    max: LINK_WAIT.longest,
    description: `In which it must be opened; default ${LINK_WAIT.longest}.`,
  })
  expiresInSeconds: number = LINK_WAIT.longest;

  @IsText({
    optional: true,
    max: 500,
    multiline: true,
    description:
      'How it was seen who asks (本人確認済み), for an ID that had a device: a number is answered, which is told to the user by another way than the link.',
  })
  identitySeen?: string;
}

export class OpenLinkForm {
  @IsMatching(/^[\w-]{43}$/, 'Must be the token of a link.', {
    max: 43,
    description: 'As it stands in the link.',
  })
  token!: string;
}

export class OwnPageForm {
  @IsText({ max: 64, description: 'The contract (`ctr_…`), as the address of the page names it.' })
  contract!: string;

  @IsExternalId()
  externalId!: string;
}

/** One of them. */
export class ProofForm {
  @IsMatching(/^(\d{6}|\d{8})$/, 'Must be the 6 or 8 digits that a device shows, as text.', {
    optional: true,
  })
  code?: string;

  @IsText({ optional: true, max: 64, description: 'One of the codes that were written down.' })
  recoveryCode?: string;

  @IsMatching(/^\d{8}$/, 'Must be the 8 digits that the administrator told.', { optional: true })
  number?: string;
}
