import { Controller, Get, Param, Post } from '@nestjs/common';
import { orNothing } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { StateBadge } from '../../components/badge.tsx';
import { At, Day, dayText } from '../../components/time.tsx';
import { Facts, Panel } from '../../components/table.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import { hasRole, mayIn, mayOpen } from '../../visit/me.ts';
import { doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, readContract } from '../contracts/contract-words.tsx';
import { AttemptsTable, type Attempt } from './attempt-words.tsx';
import { ACCOUNT, deviceText, nameOfId } from './id-words.tsx';
import { DevicesPanel, IdActions } from './id-panels.tsx';
import { LinksPanel } from './links-panel.tsx';
import { RegistrationsPanel } from './registrations-panel.tsx';
import { PageError } from '../../pages/page-error.ts';
import type { Named } from '../../visit/named.ts';
import { filled, underContract } from '../contracts/contract-form.ts';
import { aboutId, type AtId, idPath, onSurface } from './id-form.ts';

const LATEST_ATTEMPTS = 10;

type AtAct = AtId & Named<'device' | 'act'>;

/** One registered ID with its devices, and what is done to it. */
@Controller('portal/contracts/:contract/ids/:rid')
export class IdController {
  @Get()
  @Access(inContract('read', 'operator', 'auditor'))
  async one(@Visited() visit: Signed, @Param() { contract: id, rid }: AtId): Promise<Answer> {
    const { t, api, query, me } = visit;
    const path = { id, rid };
    const [contract, account, devices, links, attempts] = await Promise.all([
      readContract(visit, id),
      api.GET('/v1/contracts/{id}/ids/{rid}', { params: { path } }),
      // Not an auditor's to see.
      orNothing(api.GET('/v1/contracts/{id}/ids/{rid}/devices', { params: { path } })),
      mayIn(me, 'ids')
        ? orNothing(api.GET('/v1/contracts/{id}/ids/{rid}/enrolment-links', { params: { path } }))
        : undefined,
      // Nor everybody's who may read.
      mayOpen(me, id, 'ids', 'operator', 'auditor')
        ? api.GET('/v1/contracts/{id}/ids/{rid}/authentications', {
            params: { path, query: { limit: LATEST_ATTEMPTS } },
          })
        : undefined,
    ]);
    const enrolmentStopped = links?.enrolmentStopped === true;
    const at = (instant: string | null | undefined) => <At at={instant} />;
    return page({
      title: nameOfId(account, t),
      ...underContract(visit, contract, 'ids'),
      lead: <StateBadge of={ACCOUNT[account.status]} />,
      done: doneIn(query, {
        registered: t('IDを登録しました', 'The ID was registered'),
        suspended: t('IDを停止しました', 'The ID was suspended'),
        resumed: t('IDの停止を解除しました', 'The ID was resumed'),
        unlocked: t('ロックを解除しました', 'The lock was lifted'),
        deregistered: t('IDを解除しました', 'The ID was deregistered'),
        enrolled: t('端末を登録しました', 'The device was enrolled'),
        device: t('端末の状態を変更しました', 'The device was changed'),
        corrected: t('登録期間を訂正しました', 'The registration was corrected'),
        revoked: t('リンクを取り消しました', 'The link was revoked'),
        released: t('端末登録の停止を解除しました', 'The stop was lifted'),
        voided: t('登録を取り消しました', 'The registration was voided'),
        erased: t('個人データを消去しました', 'The personal data were erased'),
        held: t('法的保存を始めました', 'The legal hold was set'),
        lifted: t('法的保存を解除しました', 'The legal hold was lifted'),
      }),
      actions: mayIn(me, 'ids') && (
        <IdActions contract={contract} account={account} enrolmentStopped={enrolmentStopped} />
      ),
      body: (
        <>
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
              account.erasedAt === undefined
                ? [t('表示名', 'Name'), account.displayName ?? '—']
                : [t('個人データの消去', 'Personal data erased'), at(account.erasedAt)],
              [t('番号', 'Id'), <code>{account.id}</code>],
              account.registeredAt !== undefined && [
                t('登録日時', 'Registered'),
                <At at={account.registeredAt} />,
              ],
              account.erasedAt === undefined &&
                (hasRole(me, 'operator') || account.heldSince !== undefined) && [
                  t('法的保存', 'Legal hold'),
                  <>
                    {account.heldSince === undefined ? t('なし', 'None') : at(account.heldSince)}{' '}
                    {hasRole(me, 'operator') && (
                      <a href={`${contractPath(id)}/ids/${rid}/legal-hold`}>
                        {account.heldSince === undefined
                          ? t('法的保存を始める', 'Set a hold')
                          : t('法的保存を解除する', 'Lift it')}
                      </a>
                    )}
                  </>,
                ],
              [t('最後の成功', 'Last success'), at(account.lastSuccessAt)],
              [t('最後の失敗', 'Last denial'), at(account.lastFailureAt)],
              account.deregisteredOn !== undefined && [
                t('解除日', 'Deregistered on'),
                <Day day={account.deregisteredOn} />,
              ],
            ]}
          />
          {devices !== undefined && (
            <DevicesPanel
              contract={contract}
              account={account}
              devices={devices.items}
              enrolmentStopped={enrolmentStopped}
            />
          )}
          {links !== undefined && <LinksPanel contract={contract} account={account} links={links} />}
          {attempts !== undefined && (
            <Panel title={t('認証履歴', 'Authentications')}>
              <AttemptsTable
                caption={t('最近の認証', 'Latest authentications')}
                rows={(attempts as { readonly items: readonly Attempt[] }).items}
                {...(devices !== undefined && {
                  devices: new Map(devices.items.map((each) => [each.id, deviceText(each, t)])),
                })}
                empty={t('認証はまだありません。', 'Nobody has signed in or tried yet.')}
              />
              <p>
                <a href={`${contractPath(id)}/ids/${rid}/authentications`}>
                  {t('すべての認証履歴を見る', 'See all authentications')}
                </a>
              </p>
            </Panel>
          )}
          <RegistrationsPanel contract={contract} account={account} />
        </>
      ),
    });
  }

  @Post('suspend')
  @Access(inContract('ids', 'operator'))
  async suspend(@Visited() { api }: Signed, @Param() at: AtId): Promise<Answer> {
    const params = { path: onSurface(at) };
    await api.POST('/v1/contracts/{id}/ids/{rid}/suspend', { params, body: {} });
    return redirect(`${idPath(at)}?done=suspended`);
  }

  @Post('resume')
  @Access(inContract('ids', 'operator'))
  async resume(@Visited() { api }: Signed, @Param() at: AtId): Promise<Answer> {
    const params = { path: onSurface(at) };
    await api.POST('/v1/contracts/{id}/ids/{rid}/resume', { params, body: {} });
    return redirect(`${idPath(at)}?done=resumed`);
  }

  @Post('unlock')
  @Access(inContract('ids', 'operator'))
  async unlock(@Visited() { api }: Signed, @Param() at: AtId): Promise<Answer> {
    const params = { path: onSurface(at) };
    await api.POST('/v1/contracts/{id}/ids/{rid}/unlock', { params, body: {} });
    return redirect(`${idPath(at)}?done=unlocked`);
  }

  @FormAt('deregistration')
  @Access(inContract('ids', 'operator'))
  async deregister(@Visited() visit: Signed, @Param() at: AtId): Promise<Answer> {
    const { t, language, api } = visit;
    const { name, href, path, form } = await aboutId(visit, at);
    const operator = hasRole(visit.me, 'operator');
    return runForm(visit, {
      ...form(`IDの解除：${name}`, `Deregister ${name}`),
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
      foresee: (values) => ({
        kind: 'warning',
        title: t(
          'このIDはただちに認証できなくなり、端末はすべて失効します。',
          'It can no longer authenticate, and all its devices are revoked.',
        ),
        details: t(
          `${dayText(values['on'] || visit.today, language)}までを利用日数に数えます（別紙1 備考(1)）。同じIDをもう一度登録できますが、端末は登録し直します。`,
          `Days until ${values['on'] || visit.today} count. It can be registered again, with new devices.`,
        ),
      }),
      send: async (values) => {
        await api.DELETE('/v1/contracts/{id}/ids/{rid}', {
          params: { path, query: filled(values, ['on', 'reason']) },
        });
        return redirect(`${href}?done=deregistered`);
      },
    });
  }

  @Post('devices/:device/:act')
  @Access(inContract('ids', 'operator'))
  async device(
    @Visited() visit: Signed,
    @Param() { contract, rid, device: did, act }: AtAct,
  ): Promise<Answer> {
    const params = { path: { did } };
    if (act !== 'suspend' && act !== 'resume' && act !== 'revoke') throw new PageError(404, 'not-found');
    if (act === 'suspend') await visit.api.POST('/v1/devices/{did}/suspend', { params });
    else if (act === 'resume') await visit.api.POST('/v1/devices/{did}/resume', { params });
    else await visit.api.POST('/v1/devices/{did}/revoke', { params });
    return redirect(`${idPath({ contract, rid })}?done=device`);
  }
}
