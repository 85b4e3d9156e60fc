import {
  CUSTOMER_NAMINGS,
  POSTING_DATES,
  TAX_ENTRIES,
  type CustomerNaming,
  type PostingDate,
  type TaxEntry,
} from '@smartkey/billing-domain';
import { IsMatching, IsNested, IsOneOf, IsText } from '@smartkey/http';

const NAME = { max: 40 } as const;
const IsCode = (): PropertyDecorator =>
  IsMatching(/^[\w.-]{1,32}$/, 'Must be 1 to 32 letters, digits, dots and dashes.', { optional: true });
const IsName = (): PropertyDecorator => IsText({ ...NAME, optional: true });

export class LedgerAccountForm {
  @IsText(NAME)
  account!: string;
  @IsText({ ...NAME, optional: true, description: '補助科目.' })
  subAccount?: string;
  @IsText({ ...NAME, optional: true, description: '部門.' })
  department?: string;
}

const IsAccount = (): PropertyDecorator => IsNested(() => LedgerAccountForm, { optional: true });

export class SalesOfForm {
  @IsAccount()
  BASE?: LedgerAccountForm;
  @IsAccount()
  ACCOUNT?: LedgerAccountForm;
  @IsAccount()
  AUTH_API?: LedgerAccountForm;
  @IsAccount()
  INITIAL?: LedgerAccountForm;
  @IsAccount()
  ONE_OFF?: LedgerAccountForm;
  @IsAccount()
  CREDIT?: LedgerAccountForm;
}

/** 税区分 by tax code. */
export class TaxNamesForm {
  @IsName()
  'JP-STD-8-2014'?: string;
  @IsName()
  'JP-STD-10-2019'?: string;
  @IsName()
  'JP-RED-8-2019'?: string;
  @IsName()
  'JP-OUT'?: string;
}

export class ProductSettingsForm {
  @IsNested(() => LedgerAccountForm, { optional: true, description: '売掛金.' })
  receivable?: LedgerAccountForm;
  @IsNested(() => LedgerAccountForm, { optional: true, description: '売上高.' })
  sales?: LedgerAccountForm;
  @IsNested(() => SalesOfForm, {
    optional: true,
    description: 'Accounts of items that have one of their own.',
  })
  salesOf?: SalesOfForm;
  @IsNested(() => TaxNamesForm, { optional: true, description: '税区分 of sales.' })
  taxNames?: TaxNamesForm;
  @IsNested(() => TaxNamesForm, {
    optional: true,
    description: '税区分 of credit notes, where it is another one.',
  })
  creditTaxNames?: TaxNamesForm;
  @IsText({ ...NAME, optional: true, description: '税区分 of the receivable.' })
  untaxedName?: string;
  @IsOneOf(CUSTOMER_NAMINGS, { optional: true, description: 'What stands for the customer.' })
  customer?: CustomerNaming;
  @IsOneOf(TAX_ENTRIES, {
    optional: true,
    description:
      'Amounts with their tax in them (内税), or without (外税): only freee and kanjo-bugyo take these.',
  })
  taxEntry?: TaxEntry;
}

export class AccountCodesForm {
  @IsCode()
  BASE?: string;
  @IsCode()
  ACCOUNT?: string;
  @IsCode()
  AUTH_API?: string;
  @IsCode()
  INITIAL?: string;
  @IsCode()
  ONE_OFF?: string;
  @IsCode()
  CREDIT?: string;
}

const IsProduct = (): PropertyDecorator => IsNested(() => ProductSettingsForm, { optional: true });

/** All settings: what is not named has its default. */
export class ExportSettingsForm {
  @IsOneOf(POSTING_DATES, { optional: true, description: '計上日. Default last-day-of-supply.' })
  postingDate?: PostingDate;
  @IsNested(() => AccountCodesForm, {
    optional: true,
    description: 'Ledger account (勘定科目) by line type, in the canonical CSV.',
  })
  accountCodes?: AccountCodesForm;
  @IsProduct()
  freee?: ProductSettingsForm;
  @IsProduct()
  moneyforward?: ProductSettingsForm;
  @IsProduct()
  yayoi?: ProductSettingsForm;
  @IsProduct()
  'kanjo-bugyo'?: ProductSettingsForm;
  @IsText({ max: 500, multiline: true })
  reason!: string;
}
