import { IsMatching, IsText } from '@smartkey/http';

/** An address as mail takes it: one `@`, no spaces; whether it is anybody's, a link that comes back tells. */
export const EMAIL = /^[^\s@<>"(),:;\\[\]]{1,64}@[^\s@<>"(),:;\\[\]]{1,189}$/u;

export class IntroductionForm {
  @IsText({ max: 100, description: 'The person’s name.' })
  name!: string;

  @IsMatching(EMAIL, 'Must be an e-mail address.', { max: 254, example: 'hanako@example.co.jp' })
  email!: string;
}
