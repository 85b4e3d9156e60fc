import { IsMatching } from '@smartkey/http';

export class InvitationForm {
  @IsMatching(/^[\w-]{43}$/, 'Must be the token of a link.', {
    max: 43,
    description: 'As it stands in the link.',
  })
  token!: string;
}

export class KeySignInForm {
  @IsMatching(/^[\x21-\x7e]{1,512}$/, 'Must be an access key.', {
    max: 512,
    description: 'An operator key, or a key of role contractor.',
  })
  key!: string;
}
