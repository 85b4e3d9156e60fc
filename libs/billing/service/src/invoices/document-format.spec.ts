import { describe, expect, it } from '@jest/globals';
import { documentAsked } from './document-format.ts';

describe('a document is answered', () => {
  it.each([
    ['SK-000000001', undefined, 'json'],
    ['SK-000000001', '*/*', 'json'],
    ['SK-000000001', 'application/json, application/pdf', 'json'],
    ['SK-000000001', 'text/csv', 'csv'],
    ['SK-000000001', 'text/html, Application/PDF;q=0.9', 'pdf'],
    ['SK-000000001', 'application/xml', 'xml'],
    ['SK-000000001', 'text/xml', 'xml'],
    ['SK-000000001.pdf', 'application/json', 'pdf'],
    ['SK-000000001.xml', undefined, 'xml'],
    ['SK-000000001.csv', undefined, 'csv'],
  ])('%s with Accept %s as %s: the suffix goes first', (step, accept, format) =>
    expect(documentAsked(step, accept)).toEqual({ number: 'SK-000000001', format }),
  );

  it.each(['SK-000000001.PDF', 'SK-000000001.zip'])('%s is no document', (step) =>
    expect(documentAsked(step, undefined)).toEqual({ number: step, format: 'json' }),
  );
});
