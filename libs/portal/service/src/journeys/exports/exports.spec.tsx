import { describe, expect, it } from '@jest/globals';
import { renderToString } from 'preact-render-to-string';
import { Refusal } from '../../api/refusal.ts';
import { placeOfFault } from '../../forms/words-of-refusal.ts';
import { told } from '../../visit/language.ts';
import { acknowledgedItems } from './acknowledged-items.ts';
import { exportForm } from './export-form.controller.tsx';
import { Faults } from './export-parts.tsx';
import { isArchive } from './export-words.ts';

const t = told('ja');

function refusalOf(act: () => unknown): Refusal {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('which documents a file has', () => {
  it.each([
    [{ which: 'month', month: '2026-10', since: '2026-11-02' }, { month: '2026-10' }],
    [
      { which: 'since', month: '2026-10', since: '2026-11-02' },
      { month: '2026-10', since: '2026-11-02' },
    ],
    [{ which: 'last', month: '', since: '' }, { since: 'last' }],
    [
      { which: 'last', month: '2026-10' },
      { month: '2026-10', since: 'last' },
    ],
    [
      { which: 'last', encoding: 'shift_jis' },
      { since: 'last', encoding: 'shift_jis' },
    ],
  ])('%j is told as %j', (values, told) =>
    expect(exportForm({ format: 'yayoi', ...values } as never)).toEqual({ format: 'yayoi', ...told }),
  );

  it.each([
    [{ which: 'month', month: '' }, '/month'],
    [{ which: 'since', month: '', since: '2026-11-02' }, '/month'],
    [{ which: 'since', month: '2026-10', since: '' }, '/since'],
  ])('%j lacks %s', (values, pointer) =>
    expect(refusalOf(() => exportForm(values as never)).faults).toEqual([
      expect.objectContaining({ pointer, rule: 'required' }),
    ]),
  );
});

describe('documents by the numbers of the accounting system', () => {
  it('are taken as they are typed or copied of a table', () => {
    expect(
      acknowledgedItems('SK-000000001 45\r\n\r\n sk-000000002\tJ 2026/11-3 \nＳＫ-000000003，46'),
    ).toEqual([
      { number: 'SK-000000001', externalId: '45' },
      { number: 'SK-000000002', externalId: 'J 2026/11-3' },
      { number: 'SK-000000003', externalId: '46' },
    ]);
    expect(acknowledgedItems(' \n')).toEqual([]);
  });

  it('name the lines that cannot be read, a few at most', () => {
    const { faults } = refusalOf(() => acknowledgedItems('SK-000000001 45\nSK-000000002\nnonsense'));
    expect(faults.map(({ detail }) => detail)).toEqual(['line 2', 'line 3']);
    expect(refusalOf(() => acknowledgedItems('x\n'.repeat(500))).faults).toHaveLength(20);
  });

  it('are a thousand at once', () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, index) => `SK-${String(index).padStart(9, '0')} ${index}`).join('\n');
    expect(acknowledgedItems(lines(1_000))).toHaveLength(1_000);
    expect(refusalOf(() => acknowledgedItems(lines(1_001))).faults).toEqual([
      expect.objectContaining({ rule: 'length' }),
    ]);
  });
});

describe('what has no place in a file', () => {
  it('is told by document, line and field', () => {
    const html = renderToString(
      <Faults
        t={t}
        count={3}
        errors={[
          { number: 'SK-000000001', line: 2, field: '摘要', rule: 'shift_jis', detail: 'U+1F600' },
          { number: 'SK-000000002', field: '取引先', rule: 'formula', detail: '=1+1' },
        ]}
      />,
    );
    expect(html).toContain('href="/portal/invoices/SK-000000001"');
    expect(html).toContain('摘要');
    expect(html).toContain('3件のうち最初の2件です。');
  });

  it('is told so too where it is said at once', () =>
    expect(
      placeOfFault(
        { pointer: '/documents/SK-000000001/lines/1/借方補助科目', rule: 'shift_jis', detail: '' },
        t,
      ),
    ).toBe('SK-000000001 明細1 借方補助科目'));
});

it('a file of electronic invoices or of several tables is an archive', () => {
  expect(isArchive({ format: 'jp-pint' })).toBe(true);
  expect(isArchive({ format: 'kanjo-bugyo', files: ['a.csv', 'b.csv'] })).toBe(true);
  expect(isArchive({ format: 'freee' })).toBe(false);
});
