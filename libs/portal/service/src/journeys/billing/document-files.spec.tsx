import { describe, expect, it } from '@jest/globals';
import { renderToString } from 'preact-render-to-string';
import { Surround } from '../../pages/surroundings.ts';
import { told } from '../../visit/language.ts';
import type { Signed } from '../../visit/visit.ts';
import { Deliveries, DocumentFiles, refusedBecause } from './document-files.tsx';
import { fieldText } from './field-words.ts';
import { invoiceFilter } from './invoice-filter.ts';

const t = told('ja');
const visitOf = (me: Partial<Signed['me']>) =>
  ({ t, language: 'ja', me: { roles: [], rights: [], ...me } }) as unknown as Signed;

describe('the files of a document', () => {
  const files = (me: Partial<Signed['me']>) =>
    renderToString(
      <Surround value={visitOf(me)}>
        <DocumentFiles
          number="SK-000000001"
          contract="ctr_1"
          files={[
            { kind: 'pdf', state: 'waiting' },
            {
              kind: 'jp-pint',
              state: 'refused',
              errors: [{ pointer: '/issuer/bankAccount', rule: 'required', detail: 'missing' }],
            },
            { kind: 'statement', state: 'rendered', bytes: 1234 },
          ]}
        />
      </Surround>,
    );

  it('lead to what is made or can be, and name what the others lack', () => {
    const html = files({ roles: ['finance'] });
    for (const name of ['file.csv', 'file.pdf', 'statement.csv', 'statement.pdf'])
      expect(html).toContain(`href="/portal/invoices/SK-000000001/${name}"`);
    expect(html).not.toContain('file.xml');
    expect(html).toContain('発行者の振込先口座');
    expect(html).toContain('/portal/settings/issuer');
  });

  it('lead nobody to a page that is not theirs', () => {
    const html = files({ contract: 'ctr_1', rights: ['read'] });
    expect(html).not.toContain('/portal/settings/issuer');
    expect(html).not.toContain('billing-profile');
  });
});

describe('deliveries', () => {
  const deliveries = (me: Partial<Signed['me']>) =>
    renderToString(
      <Surround value={visitOf(me)}>
        <Deliveries
          number="SK-000000001"
          deliveries={[
            {
              delivery: 1,
              channel: 'mail',
              to: 'keiri@mihon.example.jp',
              at: '2026-11-25T05:03:00Z',
              status: 'refused',
              reason: 'recipient 550 5.1.1',
            },
          ]}
        />
      </Surround>,
    );

  it.each([
    ['finance', { roles: ['finance' as const] }, true],
    ['who bills', { contract: 'ctr_1', rights: ['billing' as const] }, true],
    ['who reads', { contract: 'ctr_1', rights: ['read' as const] }, false],
    ['an auditor', { roles: ['auditor' as const] }, false],
  ])('can be asked for again by %s as the surface has it', (_who, me, may) => {
    const html = deliveries(me);
    expect(html.includes('/portal/invoices/SK-000000001/delivery')).toBe(may);
    expect(html).toContain('宛先が受け付けられませんでした（550 5.1.1）。');
  });

  it.each(['no-recipient', 'too-late', 'content 552 5.3.4'])('say in Japanese why: %s', (reason) =>
    expect(refusedBecause(reason, t)).toMatch(/ました|ません/),
  );
});

describe('fields', () => {
  it.each([
    ['/recipient/address', '請求先の住所'],
    ['/document/recipient/address', '請求先の住所'],
    ['/document/lines/1/taxCode', '明細2'],
    ['/somewhere/else', '/somewhere/else'],
  ])('%s: %s', (pointer, text) => expect(fieldText(pointer, t)).toBe(text));
});

describe('a search of documents', () => {
  it('is read from the address, and what cannot be is left out', () => {
    expect(
      invoiceFilter(
        new URLSearchParams(
          'month=2026-11&kind=nothing&from=２０２６-11-01&minTotal=−１，０００円&maxTotal=007&party=%20見本%20',
        ),
      ),
    ).toEqual({ month: '2026-11', from: '2026-11-01', minTotal: '-1000', maxTotal: '7', party: '見本' });
  });
});
