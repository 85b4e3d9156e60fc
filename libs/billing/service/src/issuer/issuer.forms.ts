import type { BankAccount } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import { IsMatching, IsNested, IsOneOf, IsServiceMonth, IsText, OrNull } from '@smartkey/http';
import { EndpointForm } from '../billing-profile/billing-profile.forms.ts';
import { ACCOUNT_TYPES } from './issuer-view.ts';

export class BankAccountForm {
  @IsText({ max: 60 })
  bank!: string;
  @IsMatching(/^\d{4}$/, 'Must be 4 digits.', { optional: true, description: '金融機関コード.' })
  bankCode?: string;
  @IsText({ max: 60 })
  branch!: string;
  @IsMatching(/^\d{3}$/, 'Must be 3 digits.', { optional: true, description: '支店コード.' })
  branchCode?: string;
  @IsOneOf(ACCOUNT_TYPES, { description: '普通, 当座.' })
  type!: BankAccount['type'];
  @IsMatching(/^\d{4,8}$/, 'Must be 4 to 8 digits.')
  number!: string;
  @IsText({ max: 100, description: '口座名義.' })
  holder!: string;
}

export class IssuerForm {
  @IsServiceMonth({ description: 'Holds from this service month on, until the next entry.' })
  from!: ServiceMonth;
  @IsText({ max: 100 })
  name!: string;
  @OrNull()
  @IsMatching(/^T[1-9]\d{12}$/, 'Must be T and 13 digits.', {
    optional: true,
    description: '登録番号; without it service months from 2023-10 are parked.',
  })
  registrationNumber?: string | null;
  @IsMatching(/^\d{3}-\d{4}$/, 'Must be a postal code, 100-0001.', { optional: true })
  postalCode?: string;
  @IsText({ optional: true, max: 200 })
  address?: string;
  @IsMatching(/^\+?\d[\d-]{7,18}$/, 'Must be a telephone number: digits and dashes.', { optional: true })
  phone?: string;
  @IsNested(() => BankAccountForm, { optional: true, description: '振込先.' })
  bankAccount?: BankAccountForm;
  @IsNested(() => EndpointForm, {
    optional: true,
    description: 'Its address in the Peppol network, which electronic invoices name as the seller’s.',
  })
  endpoint?: EndpointForm;
  @IsMatching(/^\d{2}-\d{2}$/, 'Must be a day of the year, MM-DD.', {
    optional: true,
    description: 'Last day of the tax periods (課税期間), MM-DD.',
  })
  taxPeriodEnd?: string;
  @IsText({ max: 500, multiline: true })
  reason!: string;
}
