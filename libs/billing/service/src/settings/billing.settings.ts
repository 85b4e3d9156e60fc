import { join } from 'node:path';
import {
  DEFAULT_POLICIES,
  isRegistrationNumber,
  isSeriesName,
  policyCatalogue,
  type Issuer,
  type IssuerSaid,
  type PolicyCatalogue,
  type SeriesName,
} from '@smartkey/billing-domain';
import { ConfigurationError, type Environment, setting, wholeNumber } from '@smartkey/configuration';
import { mailSettings, type MailSettings } from '@smartkey/mail';
import { commonSettings, jsonSetting } from '@smartkey/runtime';

/** What an installation may set for its billing. */
export interface BillingSettings {
  readonly series: SeriesName;
  /** What enters the log at the first start. From then on the log says what holds, and these must not contradict it. */
  readonly environment: {
    readonly issuer: Issuer;
    /** Of the issuer, what is set and no default. */
    readonly issuerSet: IssuerSaid;
    readonly policies: PolicyCatalogue;
    /** Ledger account (勘定科目) of each line type in exports, `{"BASE":"4110"}`. */
    readonly accountCodes: Readonly<Record<string, string>>;
  };
  readonly mails: MailSettings;
  /** Whether this process renders documents by itself, or only those that somebody asks it for. */
  readonly rendersInBackground: boolean;
  /** The most accounts that a statement has as PDF; its CSV has no limit. */
  readonly statementPdfAccounts: number;
  /** The most documents of one selection that is handed over. */
  readonly selectionDocuments: number;
  /** The most events of a proof that is written while somebody waits. */
  readonly proofEvents: number;
  /** The folder that electronic invoices are laid into. */
  readonly eInvoiceFolder: string;
}

/** Of the embedded default: it shows that none is configured, and without a number months from 2023-10 are parked. */
const DEFAULT_ISSUER = '株式会社インターネットイニシアティブ';

export const ISSUER_NAME = 'SMARTKEY_ISSUER_NAME';
export const REGISTRATION_NUMBER = 'SMARTKEY_ISSUER_REGISTRATION_NUMBER';
export const POLICIES = 'SMARTKEY_BILLING_POLICIES';
const RENDERING = 'SMARTKEY_RENDERING';
export const ACCOUNT_CODES = 'SMARTKEY_EXPORT_ACCOUNT_CODES';
const E_INVOICE_FOLDER = 'SMARTKEY_E_INVOICE_FOLDER';

function policiesOf(text: string | undefined): PolicyCatalogue {
  if (text === undefined) return DEFAULT_POLICIES;
  const entries = jsonSetting(POLICIES, text);
  if (!Array.isArray(entries)) throw new ConfigurationError(POLICIES, 'must be a JSON array');
  const catalogue = policyCatalogue(entries);
  if (!catalogue.ok) throw new ConfigurationError(POLICIES, `cannot be used: ${catalogue.error.detail}`);
  return catalogue.value;
}

function accountCodesOf(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined) return {};
  const codes = jsonSetting(ACCOUNT_CODES, text);
  const plain = typeof codes === 'object' && codes !== null && !Array.isArray(codes);
  if (!plain || Object.values(codes).some((code) => typeof code !== 'string' || !/^[\w.-]{1,32}$/.test(code)))
    throw new ConfigurationError(
      ACCOUNT_CODES,
      'must be a JSON object of codes by line type: {"BASE":"4110"}',
    );
  return codes as Readonly<Record<string, string>>;
}

function rendersInBackground(text = 'background'): boolean {
  if (text !== 'background' && text !== 'on-demand')
    throw new ConfigurationError(RENDERING, 'must be background or on-demand');
  return text === 'background';
}

/** @throws ConfigurationError */
export function configuredSeries(environment: Environment): SeriesName {
  const series = setting(environment, 'SMARTKEY_INVOICE_SERIES') ?? 'SK';
  if (!isSeriesName(series))
    throw new ConfigurationError(
      'SMARTKEY_INVOICE_SERIES',
      'must be 1 to 6 capital letters and digits, the first a letter',
    );
  return series;
}

/**
 * Reads `SMARTKEY_ISSUER_NAME`, `SMARTKEY_ISSUER_REGISTRATION_NUMBER` (T + 13 digits with its check digit; none by default),
 * `SMARTKEY_INVOICE_SERIES` (default `SK`), `SMARTKEY_BILLING_POLICIES`, `SMARTKEY_EXPORT_ACCOUNT_CODES`, `SMARTKEY_RENDERING` (`background`,
 * the default, or `on-demand`), `SMARTKEY_STATEMENT_PDF_ACCOUNTS` (default 5000), `SMARTKEY_SELECTION_DOCUMENTS` (default 10000), `SMARTKEY_PROOF_EVENTS` (default 10000),
 * `SMARTKEY_E_INVOICE_FOLDER` (default `e-invoices` in the data folder), and what `mailSettings` reads.
 * @throws ConfigurationError naming the variable.
 */
export function billingSettings(environment: Environment): BillingSettings {
  const nameSet = setting(environment, ISSUER_NAME);
  const name = nameSet ?? DEFAULT_ISSUER;
  if (name.trim() === '' || [...name].length > 100 || /[\p{Cc}\p{Cs}]/u.test(name))
    throw new ConfigurationError(ISSUER_NAME, 'must be 1 to 100 characters on one line');
  const registrationNumber = setting(environment, REGISTRATION_NUMBER) ?? null;
  if (registrationNumber !== null && !isRegistrationNumber(registrationNumber))
    throw new ConfigurationError(
      REGISTRATION_NUMBER,
      'must be T and 13 digits with a right check digit (適格請求書発行事業者の登録番号)',
    );
  const { dataDir } = commonSettings(environment);
  return {
    series: configuredSeries(environment),
    environment: {
      issuer: { name, registrationNumber },
      issuerSet: {
        ...(nameSet !== undefined && { name }),
        ...(registrationNumber !== null && { registrationNumber }),
      },
      policies: policiesOf(setting(environment, POLICIES)),
      accountCodes: accountCodesOf(setting(environment, ACCOUNT_CODES)),
    },
    rendersInBackground: rendersInBackground(setting(environment, RENDERING)),
    statementPdfAccounts: wholeNumber(environment, 'SMARTKEY_STATEMENT_PDF_ACCOUNTS', 5_000, {
      least: 0,
      most: 20_000,
    }),
    selectionDocuments: wholeNumber(environment, 'SMARTKEY_SELECTION_DOCUMENTS', 10_000, {
      least: 1,
      most: 100_000,
    }),
    proofEvents: wholeNumber(environment, 'SMARTKEY_PROOF_EVENTS', 10_000, { least: 1, most: 1_000_000 }),
    mails: mailSettings(environment, dataDir),
    eInvoiceFolder: setting(environment, E_INVOICE_FOLDER) ?? join(dataDir, 'e-invoices'),
  };
}
