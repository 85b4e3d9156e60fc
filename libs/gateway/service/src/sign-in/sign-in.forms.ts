import { IsMatching, IsText } from '@smartkey/http';
import { IsEmail } from '../me/me.forms.ts';

export class InvitationForm {
  @IsMatching(/^[\w-]{43}$/, 'Must be the token of a link.', {
    max: 43,
    description: 'As it stands in the link.',
  })
  token!: string;
}

/** `{email, code}` has a link sent, `{token}` of that link lets in. */
export class RecoverySignInForm {
  @IsEmail({ optional: true })
  email?: string;

  @IsText({ max: 64, optional: true, description: 'The recovery code that was written down.' })
  code?: string;

  @IsMatching(/^[\w-]{43}$/, 'Must be the token of a link.', { max: 43, optional: true })
  token?: string;
}

export class KeySignInForm {
  @IsMatching(/^[\x21-\x7e]{1,512}$/, 'Must be an access key.', {
    max: 512,
    description: 'An operator key, or a key of role contractor.',
  })
  key!: string;
}
