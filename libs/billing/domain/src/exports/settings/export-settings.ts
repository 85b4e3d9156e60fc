import type { TaxCode } from '../../tax/tax-code.ts';
import type { BookedType, PostingDate } from '../booked-line.ts';
import type { ErpProduct } from '../export-format.ts';

/** An account of the books, by its name (of 勘定奉行: its code). */
export interface LedgerAccount {
  readonly account: string;
  /** 補助科目. */
  readonly subAccount?: string;
  /** 部門. */
  readonly department?: string;
}

/** What stands for the customer in journal entries. */
export const CUSTOMER_NAMINGS = ['code', 'name', 'none'] as const;
export type CustomerNaming = (typeof CUSTOMER_NAMINGS)[number];

/** Whether an amount is written with its tax in it (内税) or beside it (外税). */
export const TAX_ENTRIES = ['inclusive', 'exclusive'] as const;
export type TaxEntry = (typeof TAX_ENTRIES)[number];

/** How one product's books are kept: names must be those of its masters. */
export interface ProductSettings {
  /** 売掛金. */
  readonly receivable: LedgerAccount;
  /** 売上高, where no account is kept for the item itself. */
  readonly sales: LedgerAccount;
  readonly salesOf: Readonly<Partial<Record<BookedType, LedgerAccount>>>;
  /** 税区分 of sales. */
  readonly taxNames: Readonly<Record<TaxCode, string>>;
  /** 税区分 of credit notes (売上返還); a code that is missing has the name of sales. */
  readonly creditTaxNames: Readonly<Partial<Record<TaxCode, string>>>;
  /** 税区分 of the receivable. */
  readonly untaxedName: string;
  readonly customer: CustomerNaming;
  readonly taxEntry: TaxEntry;
}

/** Settings of the files that ERPs take. */
export interface ExportSettings {
  readonly postingDate: PostingDate;
  /** Ledger account (勘定科目) by line type, in the canonical CSV: `{"BASE":"4110"}`. */
  readonly accountCodes: Readonly<Record<string, string>>;
  readonly products: Readonly<Record<ErpProduct, ProductSettings>>;
}

/** The products whose columns hold amounts without their tax; the others take them tax-inclusive alone. */
export const TAKES_EXCLUSIVE: ReadonlySet<ErpProduct> = new Set(['freee', 'kanjo-bugyo']);

const common = {
  receivable: { account: '売掛金' },
  sales: { account: '売上高' },
  salesOf: {},
  creditTaxNames: {},
  untaxedName: '対象外',
  customer: 'none',
  taxEntry: 'inclusive',
} as const;

/** What holds until somebody sets something else. Names are those of the products as they are delivered. */
export const DEFAULT_EXPORT_SETTINGS: ExportSettings = {
  postingDate: 'last-day-of-supply',
  accountCodes: {},
  products: {
    freee: {
      ...common,
      taxNames: {
        'JP-STD-8-2014': '課税売上8%',
        'JP-STD-10-2019': '課税売上10%',
        'JP-RED-8-2019': '課税売上8%(軽)',
        'JP-OUT': '対象外',
      },
      customer: 'name',
    },
    moneyforward: {
      ...common,
      taxNames: {
        'JP-STD-8-2014': '課税売上 8%',
        'JP-STD-10-2019': '課税売上 10%',
        'JP-RED-8-2019': '課税売上 (軽)8%',
        'JP-OUT': '対象外',
      },
    },
    yayoi: {
      ...common,
      taxNames: {
        'JP-STD-8-2014': '課税売上込8%',
        'JP-STD-10-2019': '課税売上込10%',
        'JP-RED-8-2019': '課税売上込軽減8%',
        'JP-OUT': '対象外',
      },
    },
    // Codes are each customer's own: these are the ones of no installation in particular.
    'kanjo-bugyo': {
      ...common,
      receivable: { account: '135' },
      sales: { account: '500' },
      taxNames: {
        'JP-STD-8-2014': '0010',
        'JP-STD-10-2019': '0010',
        'JP-RED-8-2019': '0010',
        'JP-OUT': '0000',
      },
      untaxedName: '0000',
      taxEntry: 'exclusive',
    },
  },
};

/** Whose account a line goes to. */
export const salesAccount = (settings: ProductSettings, booked: BookedType): LedgerAccount =>
  settings.salesOf[booked] ?? settings.sales;
