import { describe, expect, it } from '@jest/globals';
import { renderToString } from 'preact-render-to-string';
import { Surround } from '../../pages/surroundings.ts';
import { told } from '../../visit/language.ts';
import type { OfficeRole } from '../../visit/me.ts';
import type { Signed } from '../../visit/visit.ts';
import { ParkedTable } from './parked-table.tsx';

const table = (role: OfficeRole, row: object): string =>
  renderToString(
    <Surround
      value={{ t: told('ja'), language: 'ja', me: { roles: [role], rights: [] } } as unknown as Signed}
    >
      <ParkedTable
        rows={[{ contract: 'ctr_1', reason: 'x', code: 'no-governing-quote', ...row }]}
        names={new Map([['ctr_1', '株式会社見本']])}
      />
    </Surround>,
  );

describe('contracts that are parked', () => {
  it('lead whoever may to where it is put right, and to the close that found them', () => {
    const html = table('operator', { run: 'run_1', month: '2026-11' });
    expect(html).toContain('株式会社見本');
    expect(html).toContain('href="/portal/contracts/ctr_1/quotes/new"');
    expect(html).toMatch(/href="\/portal\/runs\/run_1"><time datetime="2026-11">2026年11月/);
  });

  it('lead nobody to a page that is not theirs', () => {
    expect(table('finance', {})).not.toContain('quotes/new');
    expect(table('finance', { code: 'events-parked' })).not.toContain('set-aside');
    expect(table('finance', { code: 'no-recipient' })).toContain('/portal/contracts/ctr_1/billing-profile');
  });
});
