import { describe, expect, it } from '@jest/globals';
import type { Invoice, InvoiceLine } from '@smartkey/billing-domain';
import { defined } from '@smartkey/kernel';
import { XmlDocument, type XmlElement } from 'libxml2-wasm';
import type { PrintableDocument } from '../printable-document.ts';
import { golden, GOLDEN, WITH_FILE } from './jp-pint.fixture.ts';
import { renderJpPint } from './render-jp-pint.ts';

const fileOf = (printable: PrintableDocument): string => {
  const rendered = renderJpPint(printable);
  if (!rendered.ok) throw new Error(JSON.stringify(rendered.error));
  return rendered.value;
};

interface Line {
  readonly note?: string;
  readonly quantity?: string;
  readonly amount?: string;
  readonly description?: string;
  readonly price?: string;
  readonly days: string;
}

/** What the tests ask for. */
const PATHS = [
  'cbc:InvoiceTypeCode',
  'cbc:CustomizationID',
  'cbc:ProfileID',
  'cbc:PayableAmount',
  'cbc:PriceAmount',
  'cbc:EndpointID',
  'cbc:RegistrationName',
  'cbc:StreetName',
  'cbc:IdentificationCode',
  'cbc:CompanyID',
  'cac:OrderReference/cbc:ID',
  'cac:PayeeFinancialAccount/cbc:ID',
  'i:Invoice/cbc:Note',
  'cac:InvoiceLine/cbc:ID',
  'cac:TaxSubtotal/cbc:TaxableAmount',
  'cac:TaxSubtotal/cac:TaxCategory/cbc:Percent',
] as const;

const NAMES = {
  i: 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2',
  cac: 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2',
  cbc: 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2',
};

/** What a reader of the file takes from it; of the lines the first ten. */
function read(xml: string) {
  const file = XmlDocument.fromString(xml);
  try {
    const texts = (path: string): readonly string[] => file.find(path, NAMES).map(({ content }) => content);
    const count = Math.min(10, texts('/i:Invoice/cac:InvoiceLine').length);
    const lines = Array.from({ length: count }, (_, index): Line => {
      const one = (path: string): string | undefined =>
        texts(`/i:Invoice/cac:InvoiceLine[${index + 1}]/${path}`)[0];
      return defined({
        note: one('cbc:Note'),
        quantity: one('cbc:InvoicedQuantity'),
        amount: one('cbc:LineExtensionAmount'),
        description: one('cac:Item/cbc:Description'),
        price: one('cac:Price/cbc:PriceAmount'),
        days: `${one('cac:InvoicePeriod/cbc:StartDate')}/${one('cac:InvoicePeriod/cbc:EndDate')}`,
      });
    });
    const children = file.find('/i:Invoice/*', NAMES).map((node) => (node as XmlElement).name);
    const all = Object.fromEntries(PATHS.map((path) => [path, texts(`//${path}`)] as const)) as Record<
      (typeof PATHS)[number],
      readonly string[]
    >;
    return { all, lines, children };
  } finally {
    file.dispose();
  }
}

const changed = (what: string, document: Partial<Invoice>, more: object = {}): PrintableDocument => {
  const printable = golden(what);
  return { ...printable, document: { ...printable.document, ...document }, ...more };
};
const faultsOf = (printable: PrintableDocument): readonly string[] => {
  const rendered = renderJpPint(printable);
  return rendered.ok ? [] : rendered.error.fields.map(({ pointer, rule }) => `${pointer} ${rule}`);
};

describe('a document as an electronic invoice by JP PINT', () => {
  it.each(GOLDEN.filter((each) => !WITH_FILE.includes(each)))(
    'there is none for a service month before 2023-10: $what',
    ({ printable }) => {
      expect(renderJpPint(printable)).toMatchObject({
        ok: false,
        error: { code: 'before-2023-10', fields: [{ pointer: '/document/month' }] },
      });
    },
  );

  it.each(WITH_FILE)(
    'is of type 380, takes no other document’s place, and is the same text again: $what',
    ({ printable }) => {
      const xml = fileOf(printable);
      expect(fileOf(structuredClone(printable))).toBe(xml);
      const { all, children } = read(xml);
      expect(all['cbc:InvoiceTypeCode']).toEqual(['380']);
      expect(children).not.toContain('BillingReference');
      expect(all['cbc:CustomizationID']).toEqual(['urn:peppol:pint:billing-1@jp-1']);
      expect(all['cbc:ProfileID']).toEqual(['urn:peppol:bis:billing']);
      expect(all['cbc:PayableAmount']).toEqual([printable.document.total]);
      expect(all['cbc:PriceAmount'].filter((price) => price.startsWith('-'))).toEqual([]);
    },
  );

  it('has the parties with their addresses in the network, the order and the account', () => {
    const { all } = read(fileOf(golden('two rates and fees')));
    expect(all['cbc:EndpointID']).toEqual(['T7123456789012', '7123456789012']);
    expect(all['cbc:RegistrationName']).toEqual(['株式会社見本', '見本商事株式会社']);
    expect(all['cbc:StreetName']).toEqual([
      '東京都千代田区千代田1-1',
      '大阪府大阪市北区梅田1-1-1 見本ビル5階',
    ]);
    expect(all['cbc:IdentificationCode']).toEqual(['JP', 'JP']);
    expect(all['cbc:CompanyID']).toEqual(['T7123456789012']);
    expect(all['cac:OrderReference/cbc:ID']).toEqual(['PO-2024-001']);
    expect(all['cac:PayeeFinancialAccount/cbc:ID']).toEqual(['1234:567:1:3242394']);
  });

  it('names bank and branch where their codes are not known', () => {
    const printable = golden('2024-01');
    const { bankCode: _bank, branchCode: _branch, ...bankAccount } = printable.issuer.bankAccount!;
    const { all } = read(fileOf({ ...printable, issuer: { ...printable.issuer, bankAccount } }));
    expect(all['cac:PayeeFinancialAccount/cbc:ID']).toEqual(['見本銀行:本店営業部:1:3242394']);
  });

  it.each(['a correction down 1', 'a credit note', '0 yen'])(
    'says no way of paying where nothing is to be paid: %s',
    (what) => {
      const { children } = read(fileOf(golden(what)));
      expect(children).not.toContain('PaymentMeans');
      expect(children.includes('DueDate')).toBe(what === '0 yen');
    },
  );

  it('says in a note the number, the day and the supply of the invoice that is credited or corrected', () => {
    expect(read(fileOf(golden('a credit note'))).all['i:Invoice/cbc:Note'][0]).toBe(
      '適格返還請求書: 請求書 SK-000000001 (2024-02-01発行、2024年1月分)、取引期間 2024-01-01～2024-01-31に対する値引です。合意日 2024-02-10。ご返金予定日 2024-04-01。',
    );
    expect(read(fileOf(golden('a correction down 1'))).all['i:Invoice/cbc:Note'][0]).toBe(
      '訂正: 請求書 SK-000000001 (2024-02-01発行、2024年1月分)、取引期間 2024-01-01～2024-01-31との差額です。適格返還請求書を兼ねます。ご返金予定日 2024-05-31。',
    );
    expect(read(fileOf(golden('a correction up'))).all['i:Invoice/cbc:Note'][0]).toBe(
      '訂正: 請求書 SK-000000001 (2024-02-01発行、2024年1月分)、取引期間 2024-01-01～2024-01-31との差額です。',
    );
  });

  it('what is given back stands on negative lines with the day of return; what is added has its own month', () => {
    expect(read(fileOf(golden('an adjustment down'))).lines[2]).toEqual({
      note: '請求書 SK-000000001 (2024-02-01発行、2024年1月分)の訂正。前: 10%対象 40,493円 消費税 4,049円。後: 10%対象 40,386円 消費税 4,038円。',
      quantity: '-1',
      amount: '-107',
      description: 'SmartKey マネージメントサービス',
      price: '107',
      days: '2024-03-01/2024-03-01',
    });
    expect(read(fileOf(golden('an adjustment up'))).lines[2]).toMatchObject({
      quantity: '1',
      amount: '164',
      days: '2024-01-01/2024-01-31',
    });
    expect(read(fileOf(golden('a correction up'))).lines[0]).toMatchObject({ days: '2024-01-20/2024-01-20' });
  });

  it.each([
    ['2024-01', true],
    ['two rates and fees', true],
    ['an adjustment up', false],
    ['an adjustment down', false],
    ['a correction up', false],
    ['a credit note', false],
    ['a fee before the billing window', false],
  ])(
    'every line has a period; the document only where all lie in it and none adjusts: %s',
    (what, stands) => {
      const { children, lines } = read(fileOf(golden(what)));
      expect(children.includes('InvoicePeriod')).toBe(stands);
      expect(lines.filter(({ days }) => !/^\d{4}-\d\d-\d\d\/\d{4}-\d\d-\d\d$/.test(days))).toEqual([]);
    },
  );

  it.each([
    // 101.708 × 300 = 30,512.4
    ['2024-01', 1, '101.708', '300', undefined],
    ['free units', 1, '1', '18', '数量 10、単価 2円'],
    ['a fee before the billing window', 0, '1', '5483', '数量 1、単価 10,000円'],
    [
      'graduated tiers',
      1,
      '1',
      '1950',
      '数量 1,800、内訳 1～1,000: 1,000 × 1円 + 固定 500円 = 1,500円、1,001～: 500 × 0.5円 + 固定 200円 = 450円',
    ],
    ['packages', 1, '1', '1600', '数量 1,200、内訳 1～: 2 × 800円 = 1,600円'],
  ])(
    'quantity × price is the amount, less than a yen apart: %s',
    (what, index, quantity, price, measured) => {
      expect(read(fileOf(golden(what))).lines[index]).toMatchObject({
        quantity: quantity,
        price: price,
        description:
          measured === undefined
            ? 'SmartKey マネージメントサービス'
            : `SmartKey マネージメントサービス (${measured})`,
      });
    },
  );

  it('a line of 0 yen gets the row that the document does not have', () => {
    const { all } = read(fileOf(golden('a fee out of scope beside an initial fee of 0 yen')));
    expect(all['cac:TaxSubtotal/cbc:TaxableAmount']).toEqual(['1000', '0']);
    expect(all['cac:TaxSubtotal/cac:TaxCategory/cbc:Percent']).toEqual(['10']);
  });

  it('every field that is missing is named at once', () => {
    const printable = golden('2024-01');
    const { recipient, issuer } = printable.document;
    const { sellerEndpoint: _seller, buyerEndpoint: _buyer, ...rest } = printable;
    expect(
      faultsOf({
        ...rest,
        document: {
          ...printable.document,
          issuer: { ...issuer, registrationNumber: null },
          recipient: { ...recipient, name: ' ', address: '\n' },
        },
        issuer: { name: issuer.name, registrationNumber: null },
      }),
    ).toEqual([
      '/sellerEndpoint required',
      '/document/issuer/registrationNumber required',
      '/issuer/address required',
      '/issuer/bankAccount required',
      '/buyerEndpoint required',
      '/document/recipient/name required',
      '/document/recipient/address required',
    ]);
  });

  it('a document below 0 needs no account', () => {
    const printable = golden('a credit note');
    const { bankAccount: _account, ...issuer } = printable.issuer;
    expect(faultsOf({ ...printable, issuer })).toEqual([]);
  });

  it.each([
    ['9999', 'x'],
    ['0192', '987654325'],
    ['0188', '1234567890123'],
    ['0188', 'T7123456789012'],
    ['0221', '7123456789012'],
    ['0088', '4012345000010'],
  ])('an address %s %s is refused at the field', (scheme, id) => {
    expect(faultsOf({ ...golden('2024-01'), buyerEndpoint: { scheme, id } })).toEqual([
      '/buyerEndpoint ibr-cl-25',
    ]);
  });
  it.each([
    ['0088', '4012345000009'],
    ['0060', '123456789'],
    ['0221', 'T7123456789012'],
  ])('an address %s %s is taken', (scheme, id) => {
    expect(faultsOf({ ...golden('2024-01'), sellerEndpoint: { scheme, id } })).toEqual([]);
  });

  it('a wrong check digit, a tax that has ended and a character that XML lacks are refused at the field', () => {
    const { lines, issuer, recipient } = golden('2024-01').document;
    const [first, ...others] = lines as [InvoiceLine, ...InvoiceLine[]];
    expect(
      faultsOf(
        changed('2024-01', {
          issuer: { ...issuer, registrationNumber: 'T1234567890123' },
          recipient: { ...recipient, department: '総務\u0007部' },
          lines: [{ ...first, taxCode: 'JP-STD-8-2014', description: '\ud842' }, ...others],
        }),
      ),
    ).toEqual([
      '/document/issuer/registrationNumber aligned-ibr-jp-01',
      '/document/recipient/department xml-character',
      '/document/lines/0/description xml-character',
      '/document/lines/0/taxCode aligned-ibrp-cl-01-jp',
    ]);
  });

  it('every letter that XML has is written, markup and letters beyond the basic plane too', () => {
    const name = Array.from('𠮷野家 <&> "邉󠄀" '.repeat(20)).slice(0, 256).join('').trim();
    const { recipient } = golden('2024-01').document;
    const { all } = read(fileOf(changed('2024-01', { recipient: { ...recipient, name } })));
    expect(all['cbc:RegistrationName'][1]).toBe(name);
  });

  it('2,000 lines and totals of 12 digits are written', () => {
    const { lines } = golden('2024-01').document;
    const line = { ...lines[0]!, unitPrice: '400000000', amount: '400000000' } as const;
    const net = '800000000000';
    const printable = changed('2024-01', {
      lines: Array.from({ length: 2_000 }, (_, index) => ({ ...line, n: index + 1 })),
      taxes: [{ taxCode: 'JP-STD-10-2019', rate: '10', taxable: net, tax: '80000000000' }],
      net,
      tax: '80000000000',
      total: '880000000000',
    });
    const { all } = read(fileOf(printable));
    expect(all['cac:InvoiceLine/cbc:ID']).toHaveLength(2_000);
    expect(all['cbc:PayableAmount']).toEqual(['880000000000']);
  });

  it.each<[string, Partial<Invoice>, readonly string[]]>([
    ['0 lines', { lines: [], taxes: [], net: '0', tax: '0', total: '0' }, ['/document/lines ibr-016']],
    ['a total that is not net and tax', { total: '44564' }, ['/document/total ibr-co-15']],
    [
      'a row that says another sum than its lines',
      { taxes: [{ taxCode: 'JP-STD-10-2019', rate: '10', taxable: '40513', tax: '4051' }] },
      ['/document/taxes/0/taxable breakdown-by-category'],
    ],
    [
      'a row that is missing',
      { taxes: [], tax: '0', total: '40512' },
      ['/document/taxes/0/taxable breakdown-by-category'],
    ],
    [
      'a tax that is no whole yen',
      { taxes: [{ taxCode: 'JP-STD-10-2019', rate: '10', taxable: '40512', tax: '4051.2' as never }] },
      ['/document/taxes/0/tax aligned-ibr-jp-06'],
    ],
    [
      // The last of several credit notes gives back what rounding kept of the others; the official rules know no such tax.
      'a tax that is more than a rounding away',
      {
        taxes: [{ taxCode: 'JP-STD-10-2019', rate: '10', taxable: '40512', tax: '4053' }],
        tax: '4053',
        total: '44565',
      },
      ['/document/taxes/0/tax aligned-ibrp-051-jp'],
    ],
  ])('what the official rules let pass is refused: %s', (_what, document, faults) => {
    expect(faultsOf(changed('2024-01', document))).toEqual(expect.arrayContaining([...faults]));
  });

  it('−1 yen is a file', () => {
    const printable = golden('a credit note');
    const [line] = printable.document.lines as [InvoiceLine];
    const one = changed('a credit note', {
      lines: [{ ...line, unitPrice: '1', amount: '-1' }],
      taxes: [{ taxCode: 'JP-STD-10-2019', rate: '10', taxable: '-1', tax: '0' }],
      net: '-1',
      tax: '0',
      total: '-1',
    });
    expect(read(fileOf(one)).all['cbc:PayableAmount']).toEqual(['-1']);
  });
});
