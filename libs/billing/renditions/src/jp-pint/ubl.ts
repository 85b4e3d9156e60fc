import type { ClosedSpan } from '@smartkey/calendar';
import { create } from 'xmlbuilder2';
import { CUSTOMIZATION_ID, PROFILE_ID } from './jp-pint-version.ts';
import type {
  PintAccount,
  PintInvoice,
  PintLine,
  PintParty,
  PintTaxCategory,
  PintTaxRow,
} from './pint-invoice.ts';

const UBL = 'urn:oasis:names:specification:ubl:schema:xsd';

/** The only type that JP PINT allows; what is given back is a negative invoice, never a credit note or a replacement. */
const COMMERCIAL_INVOICE = '380';
const CREDIT_TRANSFER = '30';
/** UN/ECE Recommendation 20: one. */
const ONE = 'C62';

const yen = (amount: string) => ({ '@currencyID': 'JPY', '#': amount });
const country = { 'cbc:IdentificationCode': 'JP' };
const scheme = { 'cac:TaxScheme': { 'cbc:ID': 'VAT' } };
const period = ({ from, to }: ClosedSpan) => ({ 'cbc:StartDate': from, 'cbc:EndDate': to });
const category = ({ id, percent }: PintTaxCategory) => ({
  'cbc:ID': id,
  ...(percent !== undefined && { 'cbc:Percent': percent }),
  ...scheme,
});

const party = ({ endpoint, name, street, postalCode, registrationNumber, contact }: PintParty) => ({
  'cac:Party': {
    'cbc:EndpointID': { '@schemeID': endpoint.scheme, '#': endpoint.id },
    'cac:PostalAddress': {
      'cbc:StreetName': street,
      ...(postalCode !== undefined && { 'cbc:PostalZone': postalCode }),
      'cac:Country': country,
    },
    ...(registrationNumber !== undefined && {
      'cac:PartyTaxScheme': { 'cbc:CompanyID': registrationNumber, ...scheme },
    }),
    'cac:PartyLegalEntity': { 'cbc:RegistrationName': name },
    ...(contact && {
      'cac:Contact': {
        ...(contact.name !== undefined && { 'cbc:Name': contact.name }),
        ...(contact.phone !== undefined && { 'cbc:Telephone': contact.phone }),
      },
    }),
  },
});

const paymentMeans = ({ id, holder }: PintAccount) => ({
  'cbc:PaymentMeansCode': CREDIT_TRANSFER,
  'cac:PayeeFinancialAccount': { 'cbc:ID': id, 'cbc:Name': holder },
});

const taxRow = (row: PintTaxRow) => ({
  'cbc:TaxableAmount': yen(row.taxable),
  'cbc:TaxAmount': yen(row.tax),
  'cac:TaxCategory': category(row.category),
});

const invoiceLine = (line: PintLine) => ({
  'cbc:ID': line.id,
  ...(line.note !== undefined && { 'cbc:Note': line.note }),
  'cbc:InvoicedQuantity': { '@unitCode': ONE, '#': line.quantity },
  'cbc:LineExtensionAmount': yen(line.amount),
  'cac:InvoicePeriod': period(line.period),
  'cac:Item': {
    'cbc:Description': line.description,
    'cbc:Name': line.name,
    'cac:ClassifiedTaxCategory': category(line.category),
  },
  'cac:Price': { 'cbc:PriceAmount': yen(line.price) },
});

/** Writes an invoice as UBL 2.1 in the order of its schema: UTF-8, the same text for the same invoice. */
export const writeUbl = (invoice: PintInvoice): string =>
  create(
    { version: '1.0', encoding: 'UTF-8' },
    {
      Invoice: {
        '@xmlns': `${UBL}:Invoice-2`,
        '@xmlns:cac': `${UBL}:CommonAggregateComponents-2`,
        '@xmlns:cbc': `${UBL}:CommonBasicComponents-2`,
        'cbc:CustomizationID': CUSTOMIZATION_ID,
        'cbc:ProfileID': PROFILE_ID,
        'cbc:ID': invoice.id,
        'cbc:IssueDate': invoice.issueDate,
        ...(invoice.dueDate !== undefined && { 'cbc:DueDate': invoice.dueDate }),
        'cbc:InvoiceTypeCode': COMMERCIAL_INVOICE,
        ...(invoice.note !== undefined && { 'cbc:Note': invoice.note }),
        'cbc:DocumentCurrencyCode': 'JPY',
        ...(invoice.period && { 'cac:InvoicePeriod': period(invoice.period) }),
        ...(invoice.orderReference !== undefined && {
          'cac:OrderReference': { 'cbc:ID': invoice.orderReference },
        }),
        'cac:AccountingSupplierParty': party(invoice.seller),
        'cac:AccountingCustomerParty': party(invoice.buyer),
        ...(invoice.account && { 'cac:PaymentMeans': paymentMeans(invoice.account) }),
        'cac:TaxTotal': {
          'cbc:TaxAmount': yen(invoice.tax),
          'cac:TaxSubtotal': invoice.taxes.map(taxRow),
        },
        'cac:LegalMonetaryTotal': {
          'cbc:LineExtensionAmount': yen(invoice.net),
          'cbc:TaxExclusiveAmount': yen(invoice.net),
          'cbc:TaxInclusiveAmount': yen(invoice.total),
          'cbc:PayableAmount': yen(invoice.total),
        },
        'cac:InvoiceLine': invoice.lines.map(invoiceLine),
      },
    },
  ).end({ prettyPrint: true });
