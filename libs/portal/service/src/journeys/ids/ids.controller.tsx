import { Controller, Get, Param, Post } from '@nestjs/common';
import { ok } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { Amount } from '../../components/money.tsx';
import { At, Day, dayText } from '../../components/time.tsx';
import { Facts, Pager, Panel, Table } from '../../components/table.tsx';
import type { Field } from '../../forms/field.ts';
import { FieldControl } from '../../forms/fields.tsx';
import { ActionButton, runForm } from '../../forms/form-flow.tsx';
import { keyOf } from '../../forms/posted-key.ts';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Done, Heading } from '../../pages/layout.tsx';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import { hasRole, mayIn } from '../../visit/me.ts';
import { chosen, cursorIn, doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, readContract, type Contract } from '../contracts/contract-words.tsx';
import {
  AccountBadge,
  accountText,
  affectsText,
  DeviceBadge,
  type Account,
  type Device,
} from './id-words.tsx';

const STATUSES = ['registered', 'suspended', 'deregistered'] as const;

/** The registered IDs of a contract, and one of them with its devices. */
@Controller('portal/contracts/:contract/ids')
export class IdsController {
  @Get()
  @Access(inContract('read', 'operator', 'auditor'))
  async list(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, language, api, query, path, me } = visit;
    const status = chosen(query, 'status', STATUSES);
    const externalId = query.get('externalId')?.trim().slice(0, 256) || undefined;
    const [contract, { items, nextCursor }] = await Promise.all([
      readContract(visit, id),
      ok(
        api.GET('/v1/contracts/{id}/ids', {
          params: {
            path: { id },
            query: {
              limit: 50,
              ...(status && { status }),
              ...(externalId && { externalId }),
              ...cursorIn(query),
            },
          },
        }),
      ),
    ]);
    const title = t('ID一覧', 'IDs');
    const filtered = status !== undefined || externalId !== undefined;
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
      body: (
        <>
          <Heading title={title}>
            {may && (
              <>
                <a class="button" href={`${at}/new`}>
                  {t('IDを登録する', 'Register an ID')}
                </a>
                <a class="button secondary" href={`${contractPath(id)}/imports`}>
                  {t('CSVで一括登録する', 'Import a CSV file')}
                </a>
              </>
            )}
          </Heading>
          <form class="filters" method="get" action={path} role="search">
            {filters.map((field) => (
              <FieldControl
                key={field.name}
                field={field}
                values={{ externalId: externalId ?? '', status: status ?? '' }}
                fault={undefined}
                t={t}
                bare
              />
            ))}
            <button type="submit" class="secondary">
              {t('検索する', 'Search')}
            </button>
          </form>
          <Table<Account>
            caption={title}
            rows={items}
            empty={
              filtered ? (
                <p>
                  {t('条件に合うIDはありません。', 'No ID matches.')}{' '}
                  <a href={path}>{t('条件を消す', 'Clear the search')}</a>
                </p>
              ) : (
                <p>
                  {t('IDはまだ登録されていません。', 'No ID is registered yet.')}{' '}
                  {may && <a href={`${at}/new`}>{t('最初のIDを登録する', 'Register the first one')}</a>}
                </p>
              )
            }
            columns={[
              {
                head: 'ID',
                names: true,
                cell: (account) => <a href={`${at}/${account.id}`}>{account.externalId}</a>,
              },
              { head: t('表示名', 'Name'), cell: ({ displayName }) => displayName ?? '—' },
              { head: t('状態', 'State'), cell: (account) => <AccountBadge status={account.status} t={t} /> },
              {
                head: t('登録日', 'Registered'),
                cell: ({ registeredOn }) =>
                  registeredOn === undefined ? '—' : <Day day={registeredOn} language={language} />,
              },
              {
                head: t('解除日', 'Deregistered'),
                cell: ({ deregisteredOn }) =>
                  deregisteredOn === undefined ? '—' : <Day day={deregisteredOn} language={language} />,
              },
              {
                head: t('端末', 'Devices'),
                number: true,
                cell: ({ devices }) => <Amount value={devices.active} />,
              },
            ]}
          />
          <Pager t={t} path={path} query={query} nextCursor={nextCursor} />
        </>
      ),
    });
  }

  @Get('new')
  @Access(inContract('ids', 'operator'))
  form(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    return this.register(visit, id);
  }

  @Post('new')
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
      page: { section: 'ids', ...ofContract(contract), trail: [{ href: back, label: t('ID一覧', 'IDs') }] },
      send: async (values, { key }) => {
        const account = await ok(
          visit.api.POST('/v1/contracts/{id}/ids', {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body: {
              externalId: values['externalId']!,
              ...(values['displayName'] && { displayName: values['displayName'] }),
              ...(values['registeredOn'] && { registeredOn: values['registeredOn'] }),
              ...(values['reason'] && { reason: values['reason'] }),
            },
          }),
        );
        return redirect(`${back}/${account.id}?done=registered`);
      },
    });
  }

  @Get(':rid')
  @Access(inContract('read', 'operator', 'auditor'))
  async one(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('rid') rid: string,
  ): Promise<Answer> {
    const { t, language, api, query, me } = visit;
    const path = { id, rid };
    const [contract, account, { items: devices }] = await Promise.all([
      readContract(visit, id),
      ok(api.GET('/v1/contracts/{id}/ids/{rid}', { params: { path } })),
      ok(api.GET('/v1/contracts/{id}/ids/{rid}/devices', { params: { path } })),
    ]);
    const done = doneIn(query, {
      registered: t('IDを登録しました', 'The ID was registered'),
      suspended: t('IDを停止しました', 'The ID was suspended'),
      resumed: t('IDの停止を解除しました', 'The ID was resumed'),
      unlocked: t('ロックを解除しました', 'The lock was lifted'),
      deregistered: t('IDを解除しました', 'The ID was deregistered'),
      enrolled: t('端末を登録しました', 'The device was enrolled'),
      device: t('端末の状態を変更しました', 'The device was changed'),
    });
    return page({
      title: account.externalId,
      section: 'ids',
      ...ofContract(contract),
      trail: [{ href: `${contractPath(id)}/ids`, label: t('ID一覧', 'IDs') }],
      body: (
        <>
          {done !== undefined && <Done text={done} />}
          <Heading title={account.externalId} lead={<AccountBadge status={account.status} t={t} />}>
            {mayIn(me, 'ids') && <IdActions visit={visit} contract={contract} account={account} />}
          </Heading>
          {account.status === 'suspended' && (
            <Alert
              kind="info"
              title={t(
                '停止中は認証できません。登録は続き、利用日数に数えます。',
                'It cannot authenticate, but it stays registered and its days count.',
              )}
            />
          )}
          <Facts
            facts={[
              [t('表示名', 'Name'), account.displayName ?? '—'],
              [t('番号', 'Id'), <code>{account.id}</code>],
              account.registeredAt !== undefined && [
                t('登録日時', 'Registered'),
                <At at={account.registeredAt} language={language} />,
              ],
              account.deregisteredOn !== undefined && [
                t('解除日', 'Deregistered on'),
                <Day day={account.deregisteredOn} language={language} />,
              ],
              [
                t('登録期間', 'Registrations'),
                <ul>
                  {account.spells.map((spell) => (
                    <li key={spell.id}>
                      {dayText(spell.registeredOn, language)} –{' '}
                      {spell.deregisteredOn === null
                        ? t('登録中', 'now')
                        : dayText(spell.deregisteredOn, language)}
                    </li>
                  ))}
                </ul>,
              ],
            ]}
          />
          <DevicesPanel visit={visit} contract={contract} account={account} devices={devices} />
        </>
      ),
    });
  }

  @Post(':rid/suspend')
  @Access(inContract('ids', 'operator'))
  async suspend(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('rid') rid: string,
  ): Promise<Answer> {
    await ok(
      visit.api.POST('/v1/contracts/{id}/ids/{rid}/suspend', { params: about(visit, id, rid), body: {} }),
    );
    return redirect(`${contractPath(id)}/ids/${rid}?done=suspended`);
  }

  @Post(':rid/resume')
  @Access(inContract('ids', 'operator'))
  async resume(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('rid') rid: string,
  ): Promise<Answer> {
    await ok(
      visit.api.POST('/v1/contracts/{id}/ids/{rid}/resume', { params: about(visit, id, rid), body: {} }),
    );
    return redirect(`${contractPath(id)}/ids/${rid}?done=resumed`);
  }

  @Post(':rid/unlock')
  @Access(inContract('ids', 'operator'))
  async unlock(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('rid') rid: string,
  ): Promise<Answer> {
    await ok(
      visit.api.POST('/v1/contracts/{id}/ids/{rid}/unlock', { params: about(visit, id, rid), body: {} }),
    );
    return redirect(`${contractPath(id)}/ids/${rid}?done=unlocked`);
  }

  @Get(':rid/deregistration')
  @Access(inContract('ids', 'operator'))
  deregistration(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('rid') rid: string,
  ): Promise<Answer> {
    return this.deregister(visit, id, rid);
  }

  @Post(':rid/deregistration')
  @Access(inContract('ids', 'operator'))
  async deregister(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('rid') rid: string,
  ): Promise<Answer> {
    const { t, language, api } = visit;
    const [contract, account] = await Promise.all([
      readContract(visit, id),
      ok(api.GET('/v1/contracts/{id}/ids/{rid}', { params: { path: { id, rid } } })),
    ]);
    const back = `${contractPath(id)}/ids/${rid}`;
    const operator = hasRole(visit.me, 'operator');
    return runForm(visit, {
      title: t(`IDの解除：${account.externalId}`, `Deregister ${account.externalId}`),
      fields: operator
        ? [
            {
              kind: 'day',
              name: 'on',
              label: t('解除日（過去の日）', 'Deregistered on, a past day'),
              hint: t('本日の解除では入力しません。', 'Leave it for today.'),
            },
            {
              kind: 'multiline',
              name: 'reason',
              label: t('過去の日にする理由', 'Reason for a past day'),
              max: 500,
            },
          ]
        : [],
      submit: t('IDを解除する', 'Deregister'),
      danger: true,
      back: { href: back, label: t('戻る', 'Back') },
      page: { section: 'ids', ...ofContract(contract), trail: [{ href: back, label: account.externalId }] },
      foresee: (values) => ({
        shown: (
          <Alert
            kind="warning"
            title={t(
              'このIDはただちに認証できなくなり、端末はすべて失効します。',
              'It can no longer authenticate, and all its devices are revoked.',
            )}
          >
            <p>
              {t(
                `${dayText(values['on'] || visit.today, language)}までを利用日数に数えます（別紙1 備考(1)）。同じIDをもう一度登録できますが、端末は登録し直します。`,
                `Days until ${values['on'] || visit.today} count. It can be registered again, with new devices.`,
              )}
            </p>
          </Alert>
        ),
      }),
      send: async (values, { key }) => {
        await ok(
          api.DELETE('/v1/contracts/{id}/ids/{rid}', {
            params: {
              path: { id, rid },
              query: {
                ...(values['on'] && { on: values['on'] }),
                ...(values['reason'] && { reason: values['reason'] }),
              },
              header: { 'Idempotency-Key': key },
            },
          }),
        );
        return redirect(`${back}?done=deregistered`);
      },
    });
  }

  @Post(':rid/devices/:device/:act')
  @Access(inContract('ids', 'operator'))
  async device(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('rid') rid: string,
    @Param('device') did: string,
    @Param('act') act: string,
  ): Promise<Answer> {
    const params = { path: { did }, header: { 'Idempotency-Key': keyOf(visit.form) } };
    if (act === 'suspend') await ok(visit.api.POST('/v1/devices/{did}/suspend', { params }));
    else if (act === 'resume') await ok(visit.api.POST('/v1/devices/{did}/resume', { params }));
    else if (act === 'revoke') await ok(visit.api.POST('/v1/devices/{did}/revoke', { params }));
    return redirect(`${contractPath(id)}/ids/${rid}?done=device`);
  }
}

const about = ({ form }: Signed, id: string, rid: string) => ({
  path: { id, rid },
  header: { 'Idempotency-Key': keyOf(form) },
});

function IdActions({
  visit,
  contract,
  account,
}: {
  readonly visit: Signed;
  readonly contract: Contract;
  readonly account: Account;
}) {
  const { t } = visit;
  const at = `${contractPath(contract.id)}/ids/${account.id}`;
  if (account.status === 'deregistered')
    return (
      <a class="button secondary" href={`${contractPath(contract.id)}/ids/new`}>
        {t('もう一度登録する', 'Register again')}
      </a>
    );
  return (
    <>
      <a class="button" href={`${at}/enrolment`}>
        {t('端末を登録する', 'Enrol a device')}
      </a>
      {account.status === 'registered' ? (
        <ActionButton visit={visit} action={`${at}/suspend`} label={t('停止する', 'Suspend')} />
      ) : (
        <ActionButton visit={visit} action={`${at}/resume`} label={t('停止を解除する', 'Resume')} />
      )}
      <ActionButton visit={visit} action={`${at}/unlock`} label={t('ロックを解除する', 'Unlock')} />
      <a class="button secondary" href={`${at}/deregistration`}>
        {t('IDを解除する', 'Deregister')}
      </a>
    </>
  );
}

function DevicesPanel({
  visit,
  contract,
  account,
  devices,
}: {
  readonly visit: Signed;
  readonly contract: Contract;
  readonly account: Account;
  readonly devices: readonly Device[];
}) {
  const { t, language, me } = visit;
  const at = `${contractPath(contract.id)}/ids/${account.id}`;
  const touched = affectsText(account.affects, t);
  return (
    <Panel title={t('端末', 'Devices')}>
      {touched !== undefined && <p>{touched}</p>}
      <Table
        caption={t('端末', 'Devices')}
        rows={devices}
        empty={
          <p>
            {t('端末はまだ登録されていません。', 'No device is enrolled.')}{' '}
            {mayIn(me, 'ids') && account.status !== 'deregistered' && (
              <a href={`${at}/enrolment`}>{t('端末を登録する', 'Enrol one')}</a>
            )}
          </p>
        }
        columns={[
          { head: t('端末', 'Device'), names: true, cell: ({ name, id }) => name ?? <code>{id}</code> },
          { head: t('状態', 'State'), cell: ({ status }) => <DeviceBadge status={status} t={t} /> },
          {
            head: t('登録日時', 'Enrolled'),
            cell: ({ enrolledAt }) => <At at={enrolledAt} language={language} />,
          },
          {
            head: t('方式', 'Method'),
            cell: ({ digits, period, algorithm }) =>
              t(`${digits}桁・${period}秒・${algorithm}`, `${digits} digits, ${period} s, ${algorithm}`),
          },
          {
            head: t('操作', 'Actions'),
            cell: ({ id, status }) =>
              mayIn(me, 'ids') && (
                <div class="actions">
                  {status === 'active' && (
                    <ActionButton
                      visit={visit}
                      action={`${at}/devices/${id}/suspend`}
                      label={t('停止する', 'Suspend')}
                    />
                  )}
                  {status === 'suspended' && (
                    <ActionButton
                      visit={visit}
                      action={`${at}/devices/${id}/resume`}
                      label={t('再開する', 'Resume')}
                    />
                  )}
                  {status !== 'revoked' && (
                    <ActionButton
                      visit={visit}
                      action={`${at}/devices/${id}/revoke`}
                      label={t('失効させる', 'Revoke')}
                      kind="danger"
                    />
                  )}
                </div>
              ),
          },
        ]}
      />
    </Panel>
  );
}
