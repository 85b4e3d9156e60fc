import { Controller, Get, Param } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import { Refusal } from '../../api/refusal.ts';
import { Alert } from '../../components/alert.tsx';
import { Pager } from '../../components/table.tsx';
import { NoRows } from '../../components/no-rows.tsx';
import type { Field } from '../../forms/field.ts';
import { filterFaults, Filters } from '../../forms/filters.tsx';
import { type Answer, page, type Page } from '../../pages/answer.ts';
import { downloaded } from '../../pages/downloaded.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import { chosen, pageIn, dayIn, isUnread } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, readContract } from '../contracts/contract-words.tsx';
import { nameOfId } from './id-words.tsx';
import {
  AttemptsTable,
  REASON_VALUES,
  reasonText,
  RESULT_VALUES,
  resultText,
  type Attempt,
} from './attempt-words.tsx';
import type { AtId } from './id-form.ts';

const NAMES = ['from', 'to', 'result', 'reason', 'address'] as const;

interface Attempts {
  readonly items: readonly Attempt[];
  readonly nextCursor: string | null;
}

/** A day's beginning in Japan; of the last day that is looked at its end is meant, the beginning of the next. */
const startOf = (day: string): string => `${day}T00:00:00+09:00`;
const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** What the address of the page searches for, as the surface takes it. */
function filterIn(query: URLSearchParams) {
  const [from, to] = [dayIn(query, 'from'), dayIn(query, 'to')];
  const result = chosen(query, 'result', RESULT_VALUES);
  const reason = chosen(query, 'reason', REASON_VALUES);
  const address = query.get('address')?.normalize('NFKC').trim().slice(0, 64) || undefined;
  return {
    ...(from !== undefined && { from: startOf(from) }),
    ...(to !== undefined && { to: startOf(dayAfter(to)) }),
    ...(result && { result }),
    ...(reason && { reason }),
    ...(address && { address }),
  };
}

/** 認証履歴: the attempts to sign in of a contract, and of one of its IDs. */
@Controller('portal/contracts/:contract')
export class AttemptsController {
  @Get('authentications')
  @Access(inContract('ids', 'operator', 'auditor'))
  async ofContract(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, api, query } = visit;
    const asked = { ...filterIn(query), ...pageIn(query) };
    const [contract, found] = await Promise.all([
      readContract(visit, id),
      attempts(api.GET('/v1/contracts/{id}/authentications', { params: { path: { id }, query: asked } })),
    ]);
    return attemptsPage(visit, found, `${contractPath(id)}/ids`, {
      title: t('認証履歴', 'Authentications'),
      section: 'authentications',
      ...ofContract(contract),
    });
  }

  @Get('ids/:rid/authentications')
  @Access(inContract('ids', 'operator', 'auditor'))
  async ofId(@Visited() visit: Signed, @Param() { contract: id, rid }: AtId): Promise<Answer> {
    const { t, api, query } = visit;
    const path = { id, rid };
    const asked = { ...filterIn(query), ...pageIn(query) };
    const [contract, account, found] = await Promise.all([
      readContract(visit, id),
      api.GET('/v1/contracts/{id}/ids/{rid}', { params: { path } }),
      attempts(api.GET('/v1/contracts/{id}/ids/{rid}/authentications', { params: { path, query: asked } })),
    ]);
    return attemptsPage(visit, found, undefined, {
      title: t(`認証履歴：${nameOfId(account, t)}`, `Authentications of ${nameOfId(account, t)}`),
      section: 'ids',
      trail: [
        { href: `${contractPath(id)}/ids`, label: t('ID一覧', 'IDs') },
        { href: `${contractPath(id)}/ids/${rid}`, label: nameOfId(account, t) },
      ],
      ...ofContract(contract),
    });
  }

  @Get('authentications.csv')
  @Access(inContract('ids', 'operator', 'auditor'))
  fileOfContract(@Visited() { api, query }: Signed, @Param('contract') id: string): Promise<Answer> {
    return downloaded(
      api.files.GET('/v1/contracts/{id}/authentications', {
        params: { path: { id }, query: filterIn(query) },
        headers: { accept: 'text/csv' },
      }),
      'authentications.csv',
    );
  }

  @Get('ids/:rid/authentications.csv')
  @Access(inContract('ids', 'operator', 'auditor'))
  fileOfId(@Visited() { api, query }: Signed, @Param() { contract: id, rid }: AtId): Promise<Answer> {
    return downloaded(
      api.files.GET('/v1/contracts/{id}/ids/{rid}/authentications', {
        params: { path: { id, rid }, query: filterIn(query) },
        headers: { accept: 'text/csv' },
      }),
      `authentications-${rid}.csv`,
    );
  }
}

/** What was found; the refusal where the search itself is at fault. */
async function attempts(asked: Promise<unknown>): Promise<Attempts | Refusal> {
  try {
    // Of two types, JSON was asked for.
    return (await asked) as Attempts;
  } catch (error) {
    if (error instanceof Refusal && error.status === 422) return error;
    throw error;
  }
}

function attemptsPage(
  visit: Signed,
  found: Attempts | Refusal,
  idsAt: string | undefined,
  about: Pick<Page, 'title' | 'section' | 'contract' | 'trail'>,
): Page {
  const { t, query, path } = visit;
  const faults = filterFaults(t, {
    from: isUnread(query, 'from', dayIn(query, 'from')) && 'day',
    to: isUnread(query, 'to', dayIn(query, 'to')) && 'day',
  });
  const unread = Object.keys(faults).length > 0;
  const refused = found instanceof Refusal;
  const { items, nextCursor } = refused || unread ? { items: [], nextCursor: null } : found;
  const values = Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? '']));
  const filtered = NAMES.some((name) => values[name] !== '');
  const search = new URLSearchParams(query);
  search.delete('cursor');
  const filters: readonly Field[] = [
    { kind: 'text', name: 'from', label: t('日付から（例：2026-11-01）', 'From (2026-11-01)'), max: 10 },
    { kind: 'text', name: 'to', label: t('日付まで', 'To'), max: 10 },
    {
      kind: 'list',
      name: 'result',
      label: t('結果', 'Result'),
      options: RESULT_VALUES.map((value) => ({ value, label: resultText(value, t) })),
    },
    {
      kind: 'list',
      name: 'reason',
      label: t('理由', 'Reason'),
      options: REASON_VALUES.map((value) => ({ value, label: reasonText(value, t) })),
    },
    {
      kind: 'text',
      name: 'address',
      label: t('接続元（例：203.0.113.7、203.0.113.0/24）', 'Address (203.0.113.7, 203.0.113.0/24)'),
      max: 64,
    },
  ];
  return page({
    ...about,
    lead: t(
      '認証の履歴は一定の期間（標準は13か月）保存されます。接続元と照会番号は、サービスが通知したものです。',
      'Kept for a while, 13 months as a rule. Addresses and references are what the calling service told.',
    ),
    actions: !unread && (
      <ActionLink href={`${path}.csv?${search}`} label={t('CSVをダウンロードする', 'Download as CSV')} />
    ),
    body: (
      <>
        <Filters fields={filters} values={values} faults={faults} submit={t('検索する', 'Search')} />
        {refused && (
          <Alert
            kind="error"
            title={t(
              '検索条件を確かめてください。接続元は、IPアドレスか、IPv4の/24、IPv6の/48で入力します。',
              'Check the search. An address is an IP address, a /24 of IPv4 or a /48 of IPv6.',
            )}
          />
        )}
        <AttemptsTable
          caption={about.title}
          rows={items}
          {...(idsAt !== undefined && { idsAt })}
          empty={
            filtered ? (
              <NoRows
                why={t('条件に合う認証はありません。', 'No authentication matches.')}
                href={path}
                act={t('条件を消す', 'Clear the search')}
              />
            ) : (
              <p>{t('認証はまだありません。', 'Nobody has signed in or tried yet.')}</p>
            )
          }
        />
        <Pager nextCursor={nextCursor} />
      </>
    ),
  });
}
