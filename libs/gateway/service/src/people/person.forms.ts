import { IsOneOf, IsSetOf, IsText } from '@smartkey/http';
import { RIGHTS, type Right } from '@smartkey/kernel';
import { OFFICE_ROLES, type OfficeRole } from '@smartkey/people-domain';
import { IntroductionForm, IsEmail } from '../me/me.forms.ts';

export class OfficePersonForm extends IntroductionForm {
  @IsSetOf(OFFICE_ROLES, { description: 'They add up.' })
  roles!: OfficeRole[];
}

export class ContractPersonForm extends IntroductionForm {
  @IsSetOf(RIGHTS)
  rights!: Right[];
}

class PersonChangeForm {
  @IsText({ max: 100, optional: true })
  name?: string;

  @IsEmail({
    optional: true,
    description: 'It is not the person’s own until a link that went there comes back.',
  })
  email?: string;

  @IsOneOf(['active', 'suspended'], {
    optional: true,
    description: 'A suspension ends all sessions at once.',
  })
  status?: 'active' | 'suspended';

  @IsText({ max: 500, optional: true, multiline: true, description: 'Of a suspension, or of its end.' })
  reason?: string;
}

export class OfficePersonChangeForm extends PersonChangeForm {
  @IsSetOf(OFFICE_ROLES, { optional: true })
  roles?: OfficeRole[];
}

export class ContractPersonChangeForm extends PersonChangeForm {
  @IsSetOf(RIGHTS, { optional: true })
  rights?: Right[];
}

export class LeaveQuery {
  @IsText({ max: 500, optional: true })
  reason?: string;
}

export class RecoveryForm {
  @IsText({ max: 500, multiline: true, description: 'How the person was recognised.' })
  reason!: string;
}
