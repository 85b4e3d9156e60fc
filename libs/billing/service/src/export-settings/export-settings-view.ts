import type {
  ErpProduct,
  ExportSettings,
  LedgerAccount,
  ProductSettings,
  ToldExportSettings,
} from '@smartkey/billing-domain';
import type { Instant } from '@smartkey/kernel';

/** The settings of files for ERPs, as the public surface shows them. */
export interface ExportSettingsView {
  /** 0: nobody has set anything, and the defaults hold. Exports record it. */
  readonly version: number;
  /** 計上日. */
  readonly postingDate: 'last-day-of-supply' | 'issue-day';
  /** Ledger account (勘定科目) by line type, in the canonical CSV. */
  readonly accountCodes: AccountCodesView;
  readonly freee: ProductSettingsView;
  readonly moneyforward: ProductSettingsView;
  readonly yayoi: ProductSettingsView;
  readonly 'kanjo-bugyo': ProductSettingsView;
  readonly setAt?: Instant;
  /** Missing for what the environment said at the first start. */
  readonly reason?: string;
}

type AccountCodesView = Readonly<Record<string, string>>;

/** Names of one product's masters. */
interface ProductSettingsView {
  /** 売掛金. */
  readonly receivable: LedgerAccount;
  /** 売上高, where the item has no account of its own. */
  readonly sales: LedgerAccount;
  readonly salesOf: {
    readonly BASE?: LedgerAccount;
    readonly ACCOUNT?: LedgerAccount;
    readonly AUTH_API?: LedgerAccount;
    readonly INITIAL?: LedgerAccount;
    readonly ONE_OFF?: LedgerAccount;
    readonly CREDIT?: LedgerAccount;
  };
  /** 税区分 of sales. */
  readonly taxNames: {
    readonly 'JP-STD-8-2014': string;
    readonly 'JP-STD-10-2019': string;
    readonly 'JP-RED-8-2019': string;
    readonly 'JP-OUT': string;
  };
  /** 税区分 of credit notes, where it is another one. */
  readonly creditTaxNames: {
    readonly 'JP-STD-8-2014'?: string;
    readonly 'JP-STD-10-2019'?: string;
    readonly 'JP-RED-8-2019'?: string;
    readonly 'JP-OUT'?: string;
  };
  /** 税区分 of the receivable. */
  readonly untaxedName: string;
  /** What stands for the customer. */
  readonly customer: 'code' | 'name' | 'none';
  /** Whether amounts are written with their tax in them (内税) or without (外税). */
  readonly taxEntry: 'inclusive' | 'exclusive';
}

export const exportSettingsView = ({
  version,
  settings,
  setAt,
  reason,
}: ToldExportSettings): ExportSettingsView => ({
  version,
  postingDate: settings.postingDate,
  accountCodes: settings.accountCodes,
  freee: productView(settings, 'freee'),
  moneyforward: productView(settings, 'moneyforward'),
  yayoi: productView(settings, 'yayoi'),
  'kanjo-bugyo': productView(settings, 'kanjo-bugyo'),
  ...(setAt !== undefined && { setAt }),
  ...(reason !== undefined && { reason }),
});

const productView = ({ products }: ExportSettings, product: ErpProduct): ProductSettings => products[product];
