import { Controller, Get, Param } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import { StateBadge } from '../../components/badge.tsx';
import { Amount } from '../../components/money.tsx';
import { At, Day } from '../../components/time.tsx';
import { Table } from '../../components/table.tsx';
import { NoRows } from '../../components/no-rows.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import type { Field } from '../../forms/field.ts';
import { Filters } from '../../forms/filters.tsx';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { downloaded } from '../../pages/downloaded.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import { type Me, hasRole, mayIn } from '../../visit/me.ts';
import { chosen, pageIn, soughtIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, readContract } from '../contracts/contract-words.tsx';
import { filled, underContract } from '../contracts/contract-form.ts';
import { ACCOUNT, accountText, nameOfId, type Account } from './id-words.tsx';

const STATUSES = ['registered', 'suspended', 'deregistered'] as const;

/** An auditor reads the list; the file is its contract's, and the operator's. */
const mayExport = (me: Me): boolean => me.contract !== undefined || hasRole(me, 'operator');

/** The registered IDs of a contract. */
@Controller('portal/contracts/:contract/ids')
export class IdsController {
  @Get()
  @Access(inContract('read', 'operator', 'auditor'))
  async list(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, api, query, path, me } = visit;
    const sought = soughtIn(query, { externalId: 256, status: STATUSES });
    const [contract, { items, nextCursor }] = await Promise.all([
      readContract(visit, id),
      api.GET('/v1/contracts/{id}/ids', {
        params: {
          path: { id },
          query: { ...sought, ...pageIn(query) },
        },
      }),
    ]);
    const title = t('ID一覧', 'IDs');
    const filters: readonly Field[] = [
      { kind: 'text', name: 'externalId', label: t('ID（完全一致）', 'ID, exactly'), max: 256 },
      {
        kind: 'list',
        name: 'status',
        label: t('状態', 'State'),
        options: STATUSES.map((value) => ({ value, label: accountText(value, t) })),
      },
    ];
    const may = mayIn(me, 'ids');
    const at = `${contractPath(id)}/ids`;
    return page({
      title,
      section: 'ids',
      ...ofContract(contract),
      actions: may && (
        <>
          <ActionLink main href={`${at}/new`} label={t('IDを登録する', 'Register an ID')} />
          <ActionLink
            href={`${contractPath(id)}/imports`}
            label={t('CSVで一括登録する', 'Import a CSV file')}
          />
        </>
      ),
      body: (
        <>
          {mayExport(me) && (
            <p>
              <a href={`${at}/file.csv${sought.status === undefined ? '' : `?status=${sought.status}`}`}>
                {t('IDをCSVで書き出す', 'Export the IDs as CSV')}
              </a>{' '}
              <span class="note">{t('取り込みと同じ形式です。', 'In the form that an import takes.')}</span>
            </p>
          )}
          <Filters fields={filters} values={sought} submit={t('検索する', 'Search')} />
          <Table<Account>
            caption={title}
            rows={items}
            nextCursor={nextCursor}
            empty={
              Object.keys(sought).length > 0 ? (
                <NoRows
                  why={t('条件に合うIDはありません。', 'No ID matches.')}
                  href={path}
                  act={t('条件を消す', 'Clear the search')}
                />
              ) : (
                <NoRows
                  why={t('IDはまだ登録されていません。', 'No ID is registered yet.')}
                  href={may ? `${at}/new` : undefined}
                  act={t('最初のIDを登録する', 'Register the first one')}
                />
              )
            }
            columns={[
              {
                head: 'ID',
                names: true,
                cell: (account) => <a href={`${at}/${account.id}`}>{nameOfId(account, t)}</a>,
              },
              { head: t('表示名', 'Name'), cell: ({ displayName }) => displayName ?? '—' },
              { head: t('状態', 'State'), cell: ({ status }) => <StateBadge of={ACCOUNT[status]} /> },
              {
                head: t('登録日', 'Registered'),
                cell: ({ registeredOn }) => <Day day={registeredOn} />,
              },
              {
                head: t('解除日', 'Deregistered'),
                cell: ({ deregisteredOn }) => <Day day={deregisteredOn} />,
              },
              {
                head: t('最後の成功', 'Last success'),
                cell: ({ lastSuccessAt: at }) => <At at={at} />,
              },
              {
                head: t('端末', 'Devices'),
                number: true,
                cell: ({ devices }) => <Amount value={devices.active} />,
              },
            ]}
          />
        </>
      ),
    });
  }

  @Get('file.csv')
  @Access(inContract('read', 'operator'))
  file(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const status = chosen(visit.query, 'status', STATUSES);
    return downloaded(
      visit.api.files.GET('/v1/contracts/{id}/ids.csv', {
        params: { path: { id }, query: { encoding: 'utf-8-bom', ...(status && { status }) } },
      }),
      `${id}-ids.csv`,
    );
  }

  @FormAt('new')
  @Access(inContract('ids', 'operator'))
  async register(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    const operator = hasRole(visit.me, 'operator');
    const back = `${contractPath(id)}/ids`;
    return runForm(visit, {
      title: t('IDの登録', 'Register an ID'),
      lead:
        contract.plan === 'enterprise'
          ? t(
              '登録した日から解除した日まで、利用日数に数えます（別紙1 備考(1)）。',
              'Used days are counted from this day to the last one, both included.',
            )
          : t(
              '登録だけでは料金は発生しません（別紙1 備考(2)）。',
              'A registration alone is not billed on this plan.',
            ),
      fields: [
        {
          kind: 'text',
          name: 'externalId',
          label: 'ID',
          required: true,
          max: 256,
          hint: t(
            '貴社で利用者を識別する文字列です。例：taro@example.co.jp',
            'What identifies the user at your side, taro@example.co.jp for example.',
          ),
        },
        { kind: 'text', name: 'displayName', label: t('表示名', 'Name'), max: 200 },
        ...(operator
          ? ([
              {
                kind: 'day',
                name: 'registeredOn',
                label: t('登録日（過去の日）', 'Registered on, a past day'),
                hint: t('本日の登録では入力しません。', 'Leave it for a registration of today.'),
              },
              {
                kind: 'multiline',
                name: 'reason',
                label: t('過去の日にする理由', 'Reason for a past day'),
                max: 500,
              },
            ] as const)
          : []),
      ],
      submit: t('登録する', 'Register'),
      back: { href: back, label: t('一覧へ戻る', 'Back to the list') },
      page: underContract(visit, contract, 'ids'),
      send: async (values) => {
        const account = await visit.api.POST('/v1/contracts/{id}/ids', {
          params: { path: { id } },
          body: {
            externalId: values['externalId']!,
            ...filled(values, ['displayName', 'registeredOn', 'reason']),
          },
        });
        return redirect(`${back}/${account.id}?done=registered`);
      },
    });
  }
}
