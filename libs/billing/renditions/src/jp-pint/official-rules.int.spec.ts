import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hasJpPint } from '@smartkey/billing-domain';
import { officialPintRules, ublInvoiceSchemas, whyLeftOut, whyNoPintRules } from '@smartkey/servers';
import { XmlBufferInputProvider, XmlDocument, XsdValidator, xmlRegisterInputProvider } from 'libxml2-wasm';
import { fileURLToPath } from 'node:url';
import { GOLDEN_DOCUMENTS } from '../testing/golden-documents.fixture.ts';
import { WITH_FILE } from './jp-pint.fixture.ts';
import { JP_PINT_VERSION } from './jp-pint-version.ts';
import { renderJpPint } from './render-jp-pint.ts';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
const left = whyLeftOut(ROOT, 'the official rules of JP PINT', whyNoPintRules);

/** The documents that are looked at as PDF, with what only their files need: both parties' addresses in the network. */
const SHOWN_AS_PDF = GOLDEN_DOCUMENTS.filter(({ printable }) => hasJpPint(printable.document.month)).map(
  ({ what, printable }) => ({
    what: `as PDF: ${what}`,
    printable: {
      ...printable,
      sellerEndpoint: { scheme: '0188', id: '7123456789012' },
      buyerEndpoint: { scheme: '0188', id: '7000012050002' },
    },
  }),
);

const FILES = new Map(
  [...WITH_FILE, ...SHOWN_AS_PDF].map(({ what, printable }) => {
    const rendered = renderJpPint(printable);
    return [what, rendered.ok ? rendered.value : JSON.stringify(rendered.error)];
  }),
);
const xmlOf = (what: string): string => FILES.get(what) ?? '';

/** Files that break one rule each: what is checked must be able to fail. */
const BROKEN: Readonly<Record<string, readonly [rule: string, file: string]>> = {
  'without an endpoint': ['ibr-081', xmlOf('2024-01').replace(/<cbc:EndpointID.*/, '')],
  'a line outside of the period': [
    'ibr-085',
    xmlOf('2024-01').replace(/(<cac:InvoiceLine>[^]*?<cbc:StartDate>)2024-01-01/, '$12023-12-01'),
  ],
  'another type than 380': ['aligned-ibrp-cl-02-jp', xmlOf('2024-01').replace('>380<', '>381<')],
  'a tax that is no tax of its amount': [
    'aligned-ibrp-051-jp',
    xmlOf('2024-01')
      .replaceAll('>4051<', '>4060<')
      .replace('>44563<', '>44572<')
      .replace('>44563<', '>44572<'),
  ],
};

(left === undefined ? describe : describe.skip)(
  `JP PINT ${JP_PINT_VERSION}, by its official artefacts`,
  () => {
    describe('UBL 2.1 by its schema', () => {
      let validator: XsdValidator;
      beforeAll(async () => {
        const { wrapper, files } = await ublInvoiceSchemas(ROOT);
        xmlRegisterInputProvider(new XmlBufferInputProvider(files));
        const schema = XmlDocument.fromString(wrapper);
        validator = XsdValidator.fromDoc(schema);
        schema.dispose();
      });
      afterAll(() => validator.dispose());

      const validate = (xml: string): void => {
        const file = XmlDocument.fromString(xml);
        try {
          validator.validate(file);
        } finally {
          file.dispose();
        }
      };
      it.each([...FILES])('%s', (_what, xml) => expect(() => validate(xml)).not.toThrow());
      it('and refuses elements in another order', () =>
        expect(() =>
          validate(
            xmlOf('2024-01').replace(
              /(<cbc:ID>SK.*<\/cbc:ID>)\s*(<cbc:IssueDate>.*<\/cbc:IssueDate>)/,
              '$2$1',
            ),
          ),
        ).toThrow(/IssueDate/));
    });

    describe('the Schematron rules', () => {
      let broken: ReadonlyMap<string, readonly string[]>;
      beforeAll(async () => {
        broken = await officialPintRules(
          ROOT,
          JP_PINT_VERSION,
          new Map([...FILES, ...Object.entries(BROKEN).map(([what, [, xml]]) => [what, xml] as const)]),
        );
      });
      it.each([...FILES.keys()])('%s', (what) => expect(broken.get(what)).toEqual([]));
      it.each(Object.entries(BROKEN))('and refuse one %s', (what, [rule]) =>
        expect(broken.get(what)).toContain(rule),
      );
    });
  },
);
