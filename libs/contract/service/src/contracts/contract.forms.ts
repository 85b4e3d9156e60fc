import type { Instant } from '@smartkey/kernel';
import {
  IsFlagText,
  IsInstantText,
  IsMatching,
  IsNested,
  IsOneOf,
  IsText,
  OrNull,
  PageQuery,
} from '@smartkey/http';
import type { Plan } from '@smartkey/terms';
import type { ContractStatus } from '@smartkey/contract-domain';
import { AWAITED, PLANS, STATUSES, type Awaited } from './words.ts';

const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,190}$/;
const CONTRACT_IDS = /^ctr_\w{1,60}(,ctr_\w{1,60}){0,99}$/;
const EMAIL_DETAIL = 'Must be a mail address.';

export class ApplicantForm {
  @IsText({ max: 200, description: 'Whom documents are made out to.' })
  name!: string;
  @IsText({ max: 100, description: 'The IIJ ID service contract (第3条).' })
  @IsMatching(/^(?!\.{1,2}$)/, 'Must not be "." or "..".', { max: 200 })
  iijIdContract!: string;
  @IsText({ optional: true, max: 200 })
  department?: string;
  @IsMatching(EMAIL, EMAIL_DETAIL, { optional: true, max: 254 })
  email?: string;
  @IsText({ optional: true, max: 300, multiline: true })
  address?: string;
}

export class ApplicationForm {
  @IsNested(() => ApplicantForm)
  applicant!: ApplicantForm;
  @IsOneOf(PLANS, { description: '品目 (第1条).' })
  plan!: Plan;
  @IsInstantText({ optional: true, description: 'Now unless told; not before 2016-03-01 (附則).' })
  appliedAt?: Instant;
}

/** `null` takes a value away; a missing one stays. */
export class ApplicantChangeForm {
  @IsText({ optional: true, max: 200 })
  name?: string;
  @OrNull()
  @IsText({ optional: true, max: 200 })
  department?: string | null;
  @OrNull()
  @IsMatching(EMAIL, EMAIL_DETAIL, { optional: true, max: 254 })
  email?: string | null;
  @OrNull()
  @IsText({ optional: true, max: 300, multiline: true })
  address?: string | null;
}

export class AsOfQuery {
  @IsInstantText({ optional: true, description: 'What was true then.' })
  asOf?: Instant;
  @IsInstantText({ optional: true, description: 'What was known then.' })
  knownAt?: Instant;
}

export class ContractsQuery extends PageQuery {
  @IsOneOf(STATUSES, { optional: true })
  status?: ContractStatus;
  @IsOneOf(PLANS, { optional: true, description: 'The plan in the month it is looked at.' })
  plan?: Plan;
  @IsText({ optional: true, max: 200, description: 'Part of the name.' })
  q?: string;
  @IsMatching(CONTRACT_IDS, 'Must be at most 100 ids of contracts with commas between.', {
    optional: true,
    max: 4_000,
    description: 'These alone, at most 100, with commas between.',
  })
  ids?: string;
  @IsOneOf(AWAITED, {
    optional: true,
    description:
      'plan-change: somebody is to accept one; terms: prices are not quoted or no billing start is set, while the contract is accepted and has not ended.',
  })
  awaits?: Awaited;
  @IsFlagText({ optional: true, description: 'false: those whose IIJ ID contract is lost (第3条).' })
  iijIdContractHeld?: boolean;
  @IsInstantText({ optional: true, description: 'What was true then.' })
  asOf?: Instant;
  @IsInstantText({ optional: true, description: 'What was known then.' })
  knownAt?: Instant;
}
