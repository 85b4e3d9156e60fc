import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import {
  completedFields,
  completedParties,
  completionOf,
  type KnownParties,
  type ShownParties,
} from './completion.ts';
import { filesOf, hasStatement } from './document-files.ts';
import { renditionDecider } from './rendition.decider.ts';
import type { Completion, RenderedFile, RenditionEvent } from './rendition.events.ts';

const OF = { number: 'SK-000000001', contract: 'ctr_1' } as const;
const file = (more: Partial<RenderedFile> = {}): RenderedFile => ({
  kind: 'pdf',
  mediaType: 'application/pdf',
  bytes: 5,
  sha256: 'ab',
  templateVersion: '1',
  ...more,
});
const rendered = (more: Partial<RenderedFile> = {}): RenditionEvent => ({
  type: 'DocumentRendered',
  version: 1,
  data: { ...OF, ...file(more) },
});
const completed = (completion: Completion): RenditionEvent => ({
  type: 'DocumentCompleted',
  version: 1,
  data: { ...OF, ...completion },
});

describe('a document', () => {
  const { given, when } = specOf(renditionDecider);

  it('is rendered once: a second file of its kind is none, whatever its bytes', () => {
    when({ type: 'RecordFile', ...OF, file: file() })
      .then(rendered())
      .andAgain()
      .thenNothing();
    given(rendered())
      .when({ type: 'RecordFile', ...OF, file: file({ sha256: 'other' }) })
      .thenNothing();
    given(rendered())
      .when({ type: 'RecordFile', ...OF, file: file({ kind: 'jp-pint' }) })
      .then(rendered({ kind: 'jp-pint' }))
      .andAgain()
      .thenNothing();
  });

  it('has one statement', () => {
    const statement = { statement: 'st', rows: 2, root: 'cd' };
    when({ type: 'RecordStatement', ...OF, statement })
      .then({ type: 'StatementMade', version: 1, data: { ...OF, ...statement } })
      .andAgain()
      .thenNothing();
  });

  it('is completed once in each field: what was completed stays', () => {
    const first: Completion = { recipient: { address: '東京都' }, purchaseOrder: 'PO-1' };
    when({ type: 'Complete', ...OF, completion: first })
      .then(completed(first))
      .andAgain()
      .thenNothing();
    given(completed(first))
      .when({
        type: 'Complete',
        ...OF,
        completion: {
          recipient: { address: '大阪府', postalCode: '100-0001' },
          purchaseOrder: 'PO-2',
          buyerEndpoint: { scheme: '0188', id: '7123456789012' },
        },
      })
      .then(
        completed({
          recipient: { postalCode: '100-0001' },
          buyerEndpoint: { scheme: '0188', id: '7123456789012' },
        }),
      )
      .andAgain()
      .thenNothing();
    when({ type: 'Complete', ...OF, completion: {} }).thenNothing();
  });
});

const shown = (more: Partial<ShownParties> = {}): ShownParties => ({
  recipient: { name: '買主株式会社' },
  issuer: { name: '売主株式会社', registrationNumber: 'T7123456789012' },
  ...more,
});
const BANK = {
  bank: '見本銀行',
  branch: '本店',
  type: 'ordinary',
  number: '1234567',
  holder: 'ウリヌシ',
} as const;
const known = (more: Partial<KnownParties> = {}): KnownParties => ({
  recipient: { name: '買主株式会社', postalCode: '100-0001', address: '東京都千代田区', contact: '山田' },
  issuer: {
    name: '売主株式会社',
    registrationNumber: 'T7123456789012',
    postalCode: '150-0001',
    address: '東京都渋谷区',
    bankAccount: BANK,
    endpoint: { scheme: '0221', id: 'T7123456789012' },
  },
  profile: { billTo: {}, purchaseOrder: 'PO-1', endpoint: { scheme: '0188', id: '7000000000001' } },
  ...more,
});

describe('what files need and a document lacks', () => {
  it('is taken from what is known now, and nothing that files do not need', () => {
    const completion = completionOf(shown(), known());
    expect(completion).toEqual({
      recipient: { postalCode: '100-0001', address: '東京都千代田区' },
      issuer: {
        postalCode: '150-0001',
        address: '東京都渋谷区',
        bankAccount: BANK,
        endpoint: { scheme: '0221', id: 'T7123456789012' },
      },
      buyerEndpoint: { scheme: '0188', id: '7000000000001' },
      purchaseOrder: 'PO-1',
    });
    expect(completedFields(completion)).toEqual([
      '/recipient/postalCode',
      '/recipient/address',
      '/issuer/postalCode',
      '/issuer/address',
      '/issuer/bankAccount',
      '/issuer/endpoint',
      '/buyerEndpoint',
      '/purchaseOrder',
    ]);
    // And again there is nothing to complete.
    expect(completionOf(completedParties(shown(), completion), known())).toEqual({});
  });

  it('what was there stays', () => {
    const whole = shown({
      recipient: { name: '買主株式会社', postalCode: '530-0001', address: '大阪府' },
      buyerEndpoint: { scheme: '0188', id: '1' },
      purchaseOrder: 'PO-0',
    });
    const completion = completionOf(whole, known());
    expect(Object.keys(completion)).toEqual(['issuer']);
    expect(completedParties(whole, { ...completion, purchaseOrder: 'PO-9' })).toMatchObject({
      recipient: whole.recipient,
      purchaseOrder: 'PO-0',
    });
  });

  it('an address is never put together of two', () => {
    const street = shown({ recipient: { name: '買主株式会社', address: '大阪府' } });
    expect(completionOf(street, known()).recipient).toBeUndefined();
    const same = shown({ recipient: { name: '買主株式会社', address: '東京都千代田区' } });
    expect(completionOf(same, known()).recipient).toEqual({ postalCode: '100-0001' });
  });

  it('of another recipient, and of another issuer, nothing is taken', () => {
    const others = completionOf(shown(), known({ recipient: { name: '別会社', address: '京都府' } }));
    expect(Object.keys(others)).toEqual(['issuer']);
    const sold = completionOf(
      shown(),
      known({ issuer: { name: '別会社', registrationNumber: null, address: '京都府' } }),
    );
    expect(sold.issuer).toBeUndefined();
    expect(completionOf(shown(), known({ recipient: undefined })).recipient).toBeUndefined();
    // Renamed, it is the same company by its registration number.
    const renamed = known({ issuer: { ...known().issuer, name: '新売主株式会社' } });
    expect(completionOf(shown(), renamed).issuer).toMatchObject({ bankAccount: BANK });
  });
});

describe('the files of a document', () => {
  it('are a PDF always, and JP PINT from 2023-10 on', () => {
    expect(filesOf('2023-09')).toEqual(['pdf']);
    expect(filesOf('2023-10')).toEqual(['pdf', 'jp-pint']);
  });

  it('a statement belongs to what bills accounts, also where it rates them again', () => {
    expect(hasStatement({ plan: 'enterprise', usedDays: [[31, 2]] })).toBe(true);
    expect(hasStatement({ plan: 'enterprise', usedDays: [] })).toBe(false);
    expect(hasStatement({ plan: 'service-provider', usedDays: [[31, 2]] })).toBe(false);
    expect(
      hasStatement({ again: [{ number: 'SK-1', month: '2024-01', plan: 'enterprise', usedDays: [[1, 1]] }] }),
    ).toBe(true);
  });
});
