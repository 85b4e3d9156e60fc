import type { ContractId, CreditNoteId, ExportId, FeeId, Instant } from '@smartkey/kernel';
import type { BilledItem, CorrectedInvoice, Invoice } from '@smartkey/billing-domain';
import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type { Decimal, Yen } from '@smartkey/money';
import type { FileView } from '../renditions/file-view.ts';
import type { ExportOfDocument } from '../exports/export-reads.ts';

/** A document as it is shown. */
export interface InvoiceView {
  /** @example SK-000000001 */
  readonly number: string;
  readonly contract: ContractId;
  readonly kind: 'invoice' | 'correction' | 'credit-note';
  readonly month: ServiceMonth;
  readonly issuedOn: JstDay;
  readonly dueOn: JstDay;
  /** 請求書, 区分記載請求書, 適格請求書. */
  readonly form: 'plain' | 'categorised' | 'qualified';
  readonly issuer: {
    readonly name: string;
    /** T + 13 digits. */
    readonly registrationNumber: string | null;
  };
  readonly recipient: RecipientView;
  readonly period: { readonly from: JstDay; readonly to: JstDay };
  readonly lines: readonly InvoiceLineView[];
  readonly taxes: readonly TaxRowView[];
  /** Whole yen. */
  readonly net: Yen;
  /** Whole yen. */
  readonly tax: Yen;
  /** Whole yen. */
  readonly total: Yen;
  /** What was measured, and the quote that priced it. */
  readonly basis: unknown;
  readonly corrects?: CorrectedInvoice;
  readonly apart?: readonly InvoiceApart[];
  readonly creditNote?: CreditNoteId;
  /** The day on which a reduction was agreed. */
  readonly agreedOn?: JstDay;
  readonly inputs: {
    /** Log positions read, by source and partition. */
    readonly positions: Readonly<Record<string, string>>;
    readonly ruleVersion: string;
    readonly policyVersion: string;
    readonly termsVersion: string;
    /** The term that the due day was counted by. */
    readonly paymentTerm?: unknown;
    /** SHA-256 over the canonical form of the inputs. */
    readonly hash: string;
    /** How far each log went that it was drawn up from. */
    readonly heads?: readonly ReadHeadView[];
    /** How many events it follows from. */
    readonly count?: number;
    /** RFC 6962 over their leaves, hex: the proof of the document comes to it. */
    readonly root?: string;
  };
  /** The exports that hold it, the newest first; offices alone see them, of one document. */
  readonly exports?: readonly InvoiceExportView[];
}

interface ReadHeadView {
  /** @example smartkey.example.jp/contract */
  readonly origin: string;
  /** Events. */
  readonly size: number;
  /** Of the tree over them (RFC 6962), hex. */
  readonly root: string;
}

/** A document with the files that it can be had as. */
export interface DocumentView extends InvoiceView {
  readonly files: readonly FileView[];
}

interface InvoiceExportView {
  readonly id: ExportId;
  readonly number: number;
  readonly format: string;
  readonly exportedAt: Instant;
  /** That the ERP took it in, alone or with the whole file; the number is there where one was told. */
  readonly acknowledged?: { readonly on: JstDay; readonly externalId?: string };
}

export const invoiceExportView = ({
  id,
  number,
  format,
  exportedAt,
  acknowledgedOn: on,
  externalId,
}: ExportOfDocument): InvoiceExportView => ({
  id,
  number,
  format,
  exportedAt,
  ...(on !== null && { acknowledged: { on, ...(externalId !== null && { externalId }) } }),
});

/** @shown An invoice whose differences were meant for this one and do not stand on it. */
type InvoiceApart = string;

interface RecipientView {
  readonly name: string;
  readonly honorific?: '御中' | '様';
  readonly postalCode?: string;
  readonly address?: string;
  readonly department?: string;
  readonly contact?: string;
}

interface InvoiceLineView {
  readonly n: number;
  readonly item: BilledItem | 'adjustment' | 'credit';
  readonly description: string;
  /**
   * base and fees 1; account usage the sum of coefficients; auth API usage the count; adjustments and credits 1 or -1.
   */
  readonly quantity: Decimal;
  /** Null where there is no single price. */
  readonly unitPrice: Decimal | null;
  readonly tiers?: readonly TierChargeView[];
  /** Whole yen, tax-exclusive. */
  readonly amount: Yen;
  readonly taxCode: 'JP-STD-8-2014' | 'JP-STD-10-2019' | 'JP-RED-8-2019' | 'JP-OUT';
  /** The day that the tax code goes by. */
  readonly date: JstDay;
  readonly fee?: FeeId;
  readonly corrects?: CorrectedItemView;
}

interface TierChargeView {
  /** First unit of the tier. */
  readonly from: number;
  /** Last unit; null: without end. */
  readonly upTo: number | null;
  /** Units charged; packages for the package model. */
  readonly units: number;
  /** Exact decimal. */
  readonly unitPrice: Decimal;
  /** Exact decimal. */
  readonly flatFee?: Decimal;
  /** Before rounding. */
  readonly amount: Decimal;
}

interface TaxRowView {
  readonly taxCode: string;
  /**
   * Per cent; absent for what is out of scope.
   * @example 10
   */
  readonly rate?: string;
  /** Whole yen. */
  readonly taxable: Yen;
  /** Whole yen. */
  readonly tax: Yen;
}

interface CorrectedItemView extends CorrectedInvoice {
  readonly item: BilledItem | 'credit';
  readonly fee?: FeeId;
  /** agreement where every cause is one. */
  readonly ground: 'agreement' | 'error';
  readonly causes: readonly { readonly stream: string; readonly revision: number; readonly day: JstDay }[];
  /** How many more causes there are. */
  readonly moreCauses?: number;
  readonly wrong: readonly TaxRowView[];
  readonly right: readonly TaxRowView[];
}

const lineView = ({
  n,
  item,
  description,
  quantity,
  unitPrice,
  tiers,
  amount,
  taxCode,
  ...rest
}: Invoice['lines'][number]): InvoiceLineView => ({
  n,
  item,
  description,
  quantity,
  unitPrice,
  ...(tiers === undefined ? {} : { tiers }),
  amount,
  taxCode,
  ...rest,
});

/** A document with its fields in the order that people read them: the log keeps them in an order of its own. */
export function invoiceView(invoice: Invoice): InvoiceView {
  const {
    number,
    contract,
    kind,
    month,
    issuedOn,
    dueOn,
    issuer,
    recipient,
    lines,
    taxes,
    net,
    tax,
    total,
    ...rest
  } = invoice;
  return {
    number,
    contract,
    kind,
    month,
    issuedOn,
    dueOn,
    issuer: { name: issuer.name, registrationNumber: issuer.registrationNumber },
    recipient,
    lines: lines.map(lineView),
    taxes: taxes.map(({ taxCode, rate, taxable, tax: amount }) => ({
      taxCode,
      ...(rate !== undefined && { rate }),
      taxable,
      tax: amount,
    })),
    net,
    tax,
    total,
    ...rest,
  };
}

export const documentView = (invoice: Invoice, files: readonly FileView[]): DocumentView => ({
  ...invoiceView(invoice),
  files,
});
