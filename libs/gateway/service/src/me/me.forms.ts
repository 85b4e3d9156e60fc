import { check, field, IsText, type FieldOptions } from '@smartkey/http';
import { isMailAddress } from '@smartkey/mail';

/** The address of one mailbox; whether it is anybody's, a link that comes back tells. */
export const IsEmail = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: String, format: 'email', maxLength: 254, example: 'hanako@example.co.jp' },
    options,
    check('email', (value) => typeof value === 'string' && isMailAddress(value), 'Must be a mail address.'),
  );

export class IntroductionForm {
  @IsText({ max: 100, description: 'The person’s name.' })
  name!: string;

  @IsEmail()
  email!: string;
}

export class AddressForm {
  @IsEmail({ description: 'The new one; the former stays until the link that goes there comes back.' })
  email!: string;
}
