import { describe, expect, it } from '@jest/globals';
import { renderToString } from 'preact-render-to-string';
import { refusalOf } from '../../api/refusal.ts';
import { told } from '../../visit/language.ts';
import type { Signed } from '../../visit/visit.ts';
import { AccountLink, accountNames } from './account-names.tsx';

const CONTRACT = 'ctr_1';

/** A visit whose surface answers a list of IDs so. */
function visitOf(me: Partial<Signed['me']>, status: number, body: object) {
  const asked: string[] = [];
  const api = {
    GET: (_path: string, { params }: { params: { query: { ids: string } } }) => {
      asked.push(params.query.ids);
      return status < 400
        ? Promise.resolve(body)
        : Promise.reject(refusalOf(new Response(null, { status }), body));
    },
  };
  const visit = { t: told('ja'), api, me: { roles: [], rights: [], ...me } } as unknown as Signed;
  return { visit, asked };
}

const LISTED = {
  items: [
    { id: 'rid_1', externalId: 'taro@example.jp' },
    { id: 'rid_2', externalId: '(erased)', erasedAt: '2026-11-25T00:00:00Z' },
  ],
};

describe('IDs that records are of', () => {
  it('are called as people call them, each asked for once, the number below', async () => {
    const { visit, asked } = visitOf({ contract: CONTRACT, rights: ['read'] }, 200, LISTED);
    const names = await accountNames(visit, CONTRACT, ['rid_1', 'rid_2', undefined, 'rid_1']);
    expect(asked).toEqual(['rid_1,rid_2']);
    const html = renderToString(<AccountLink contract={CONTRACT} id="rid_1" names={names} />);
    expect(html).toContain('<a href="/portal/contracts/ctr_1/ids/rid_1">taro@example.jp</a>');
    expect(html).toContain('<code>rid_1</code>');
    expect(renderToString(<AccountLink contract={CONTRACT} id="rid_2" names={names} />)).toContain('消去済');
  });

  it('are shown to whoever of the operator’s side has said why, and lead there before', async () => {
    const refusal = { code: 'opening-reason-needed' };
    const { visit } = visitOf({ roles: ['auditor'] }, 403, refusal);
    const names = await accountNames(visit, CONTRACT, ['rid_1']);
    expect(names).toMatchObject({ open: true, behindReason: true });
    expect(renderToString(<AccountLink contract={CONTRACT} id="rid_1" names={names} />)).toBe(
      '<a href="/portal/contracts/ctr_1/ids/rid_1"><code>rid_1</code></a>',
    );
  });

  it('are not asked for by who may not see them', async () => {
    const { visit, asked } = visitOf({ roles: ['finance'] }, 200, LISTED);
    const names = await accountNames(visit, CONTRACT, ['rid_1']);
    expect(asked).toEqual([]);
    expect(renderToString(<AccountLink contract={CONTRACT} id="rid_1" names={names} />)).toBe(
      '<code>rid_1</code>',
    );
  });

  it('and another refusal is none of a name that is hidden', async () => {
    const { visit } = visitOf({ roles: ['operator'] }, 503, { code: 'unreachable' });
    await expect(accountNames(visit, CONTRACT, ['rid_1'])).rejects.toMatchObject({ status: 503 });
  });
});
