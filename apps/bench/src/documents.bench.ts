import { DEFAULT_POLICIES, draftInvoice, issueInvoice, policyIn } from '@smartkey/billing-domain';
import {
  type PrintableDocument,
  renderPdf,
  renderStatement,
  type StatementRow,
} from '@smartkey/billing-renditions';
import { spanOfMonth } from '@smartkey/calendar';
import { emptyTemplate } from './empty-template.ts';
import { type Figure, type Latency, millisOf, quantilesOf, rateOf } from './measure.ts';

interface DocumentsScale {
  readonly documents: number;
  /** On one statement. */
  readonly accounts: number;
}

/** About as many as stand on a page. */
const ACCOUNTS_A_PAGE = 40;

const MONTH = '2024-01';
const POLICY = policyIn(DEFAULT_POLICIES, MONTH);
const ISSUER = {
  name: '株式会社見本',
  registrationNumber: 'T7123456789012',
  postalCode: '100-0001',
  address: '東京都千代田区千代田1-1-1',
  phone: '03-1234-5678',
} as const;

/** An invoice of one page, as January 2024 makes it; each has another name. */
function invoiceOf(n: number, accounts = 100 + n): PrintableDocument {
  const drafted = draftInvoice(
    {
      contract: `ctr_${n}`,
      month: MONTH,
      window: spanOfMonth(MONTH),
      plan: 'enterprise',
      quote: {
        id: 'quo_1',
        plan: 'enterprise',
        effectiveMonth: MONTH,
        baseFee: '10000',
        baseFeeInPartialMonth: 'full',
        accountFee: '300',
      },
      usedDays: [
        [17, 3],
        [31, accounts],
      ],
      successes: 0,
      fees: [],
      recipient: {
        name: `見本商事${String.fromCodePoint(0x30a2 + (n % 80))}${n}株式会社`,
        postalCode: '530-0001',
        address: '大阪府大阪市北区梅田9-9-9',
        department: '情報システム部',
      },
      issuer: ISSUER,
    },
    POLICY,
  );
  if (drafted.outcome !== 'draft') throw new Error(`no invoice: ${drafted.outcome}`);
  const { paymentTerm } = POLICY;
  const issue = {
    series: 'SK',
    revision: n,
    issuedOn: '2024-02-01',
    paymentTerm,
    positions: {},
    inputsHash: '',
  } as const;
  return { document: issueInvoice(drafted.draft, issue), issuer: ISSUER };
}

async function* rowsOf(accounts: number): AsyncGenerator<StatementRow> {
  for (let n = 0; n < accounts; n += 1)
    yield await Promise.resolve({
      month: MONTH,
      externalId: `user-${n}@example.com`,
      usedDays: 31,
      coefficient: '1.000',
      fee: '300',
    });
}

/** Documents and statements as PDF/A-3a, beside pdfkit on an empty template. */
export async function documentsBench({ documents, accounts }: DocumentsScale): Promise<(Figure | Latency)[]> {
  const printables = Array.from({ length: documents }, (_, n) => invoiceOf(n));
  // Fonts are read once in a process; what is timed is a document among many.
  const first = await millisOf(() => renderPdf(printables[0]!));
  const millis: number[] = [];
  let bytes = 0;
  for (const printable of printables)
    millis.push(await millisOf(async () => (bytes += (await renderPdf(printable)).length)));
  const floors: number[] = [];
  for (let n = 0; n < documents; n += 1) floors.push(await millisOf(emptyTemplate));
  const floorIs = 'pdfkit on an empty template';
  const statement = await rateOf(accounts, async () => {
    const billed = invoiceOf(0, accounts - 3);
    for await (const part of renderStatement(billed, rowsOf(accounts), { maxAccounts: accounts }))
      bytes += part.length;
  });
  const bare = await rateOf(accounts, async () => {
    for (let page = 0; page < accounts / ACCOUNTS_A_PAGE; page += 1) emptyTemplate();
    await Promise.resolve();
  });
  return [
    quantilesOf(
      'a document as PDF/A-3a, one page of A4',
      millis,
      floors,
      `${floorIs}; the first took ${Math.round(first)} ms with its fonts`,
    ),
    {
      name: 'a statement as PDF/A-3a',
      rate: statement,
      limit: bare,
      unit: 'accounts',
      limitIs: `${floorIs}, one for ${ACCOUNTS_A_PAGE}`,
      note: `${Math.round(bytes / 1e6)} MB in all`,
    },
  ];
}
