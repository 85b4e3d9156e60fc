import { Controller, Param, Post } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import { orNothing } from '../../api/portal-api.ts';
import { Refusal } from '../../api/refusal.ts';
import { Alert } from '../../components/alert.tsx';
import { stateText } from '../../components/badge.tsx';
import { Panel } from '../../components/table.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { ActionButton, runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { inContract, only } from '../../visit/audiences.ts';
import { endSession } from '../../visit/sessions.ts';
import { hasRole, type OfficeRole, type Right } from '../../visit/me.ts';
import type { Signed } from '../../visit/visit.ts';
import { actorNames } from './actor-names.ts';
import { Sessions } from './sessions.tsx';
import { STANDING } from './person-words.ts';
import { reasonField } from '../contracts/contract-form.ts';
import { mayField, readPerson, sideOf, whoFields } from './people-side.ts';
import type { Named } from '../../visit/named.ts';

type AtPerson = Partial<Named<'contract'>> & Named<'person'>;
type AtSession = Partial<Named<'contract'>> & Named<'person' | 'session'>;

/** One person: who they are, what they may do, and that they leave. */
@Controller(['portal/people/:person', 'portal/contracts/:contract/people/:person'])
@Access(inContract('administer', 'operator'))
export class PersonController {
  @FormAt()
  @Weighty()
  async change(@Visited() visit: Signed, @Param() { contract: id, person: pid }: AtPerson): Promise<Answer> {
    const side = await sideOf(visit, id);
    const { t, api, me } = visit;
    const person = await readPerson(visit, side, pid);
    const own = person.id === me.id;
    const at = `${side.at}/people/${pid}`;
    const sessions =
      hasRole(me, 'operator') && !own && person.status === 'active'
        ? await orNothing(api.GET('/v1/people/{pid}/sessions', { params: { path: { pid } } }))
        : undefined;
    const standing = [...(person.roles ?? []), ...(person.rights ?? [])].join(',');
    return runForm(visit, {
      title: person.name,
      lead: stateText(STANDING[person.status], t),
      initial: {
        name: person.name,
        email: person.email,
        may: standing,
        status: person.status === 'suspended' ? 'suspended' : 'active',
      },
      above:
        own || person.status === 'left' ? undefined : (
          <>
            <div class="actions">
              {person.status === 'invited' && (
                <ActionButton action={`${at}/invitation`} label={t('もう一度招待する', 'Invite again')} />
              )}
              {person.status === 'active' && (
                <ActionLink
                  href={`${at}/recovery`}
                  label={t('ログインのリンクを送る', 'Send a way back in')}
                />
              )}
              <ActionLink href={`${at}/leaving`} label={t('離任させる', 'Has left')} />
            </div>
            {sessions !== undefined && (
              <Panel title={t('ログイン中の端末', 'Where this person is signed in')}>
                <Sessions rows={sessions.items} endAt={(session) => `${at}/sessions/${session.id}/end`} />
              </Panel>
            )}
          </>
        ),
      fields: [
        ...whoFields(t),
        // Nobody changes what they themselves may do.
        ...(own ? [] : [mayField(visit, side)]),
        ...(own || person.status === 'invited'
          ? []
          : ([
              {
                kind: 'choice',
                name: 'status',
                label: t('状態', 'State'),
                required: true,
                options: [
                  { value: 'active', label: t('有効', 'Active') },
                  {
                    value: 'suspended',
                    label: t('停止（すべてのログインが終了します）', 'Suspended; ends all sessions'),
                  },
                ],
              },
              {
                kind: 'multiline',
                name: 'reason',
                label: t('停止・再開の理由', 'Reason of a suspension or its end'),
                max: 500,
              },
            ] as const)),
      ],
      submit: t('変更する', 'Change'),
      page: { ...side.about, trail: [{ href: `${side.at}/people`, label: t('担当者', 'People') }] },
      send: async (values) => {
        const status = values['status'] as 'active' | 'suspended' | undefined;
        const changed = {
          ...(values['name'] !== person.name && { name: values['name']! }),
          ...(values['email'] !== person.email && { email: values['email']! }),
          ...(status !== undefined &&
            status !== person.status && { status, ...(values['reason'] && { reason: values['reason'] }) }),
        };
        const may =
          values['may'] === undefined || values['may'] === standing ? undefined : values['may'].split(',');
        if (side.contract === undefined)
          await api.PATCH('/v1/people/{pid}', {
            params: { path: { pid } },
            body: { ...changed, ...(may && { roles: may as OfficeRole[] }) },
          });
        else
          await api.PATCH('/v1/contracts/{id}/people/{pid}', {
            params: { path: { id: side.contract, pid } },
            body: { ...changed, ...(may && { rights: may as Right[] }) },
          });
        return redirect(`${side.at}/people?done=changed`);
      },
    });
  }

  /** The operator ends anybody's. */
  @Post('sessions/:session/end')
  @Access(only('operator'))
  async endSession(
    @Visited() visit: Signed,
    @Param() { contract: id, person: pid, session }: AtSession,
  ): Promise<Answer> {
    await endSession(visit.api, session);
    const { at } = await sideOf(visit, id);
    return redirect(`${at}/people/${pid}`);
  }

  /** The link goes to the person's confirmed address alone: whoever asks never sees it. */
  @FormAt('recovery')
  @Weighty()
  async recover(@Visited() visit: Signed, @Param() { contract: id, person: pid }: AtPerson): Promise<Answer> {
    const side = await sideOf(visit, id);
    const { t, api } = visit;
    const person = await readPerson(visit, side, pid);
    return runForm(visit, {
      title: t(`ログインのリンク：${person.name}`, `A way back in for ${person.name}`),
      lead: t(
        'すべてのパスキーを失くした担当者のメールアドレスに、ログイン方法を再設定するリンクを送ります。',
        'Has a link sent to the address of somebody who has lost every way in.',
      ),
      fields: [reasonField(visit)],
      submit: t('リンクを送る', 'Send the link'),
      back: { href: `${side.at}/people/${pid}`, label: t('戻る', 'Back') },
      page: { ...side.about, trail: [{ href: `${side.at}/people`, label: t('担当者', 'People') }] },
      foresee: () => ({
        kind: 'warning',
        title: t(
          '電話などで、本人からの依頼であることを確かめましたか。',
          'Are you sure, by telephone for example, that it is that person who asks?',
        ),
        details: t(
          'リンクを開くと、これまでのパスキーとセッションは終わり、ほかの管理者に通知されます。契約にほかの管理者がいない場合は、運用者2名の依頼が必要です。',
          'Once it is opened, all former passkeys and sessions end and the other administrators are told. For the sole administrator of a contract two operators have to ask.',
        ),
      }),
      send: async (values) => {
        const body = { reason: values['reason']! };
        try {
          await (side.contract === undefined
            ? api.POST('/v1/people/{pid}/recovery', { params: { path: { pid } }, body })
            : api.POST('/v1/contracts/{id}/people/{pid}/recovery', {
                params: { path: { id: side.contract, pid } },
                body,
              }));
        } catch (error) {
          // The first of two has asked: that is what was wanted of them.
          if (!(error instanceof Refusal) || error.code !== 'second-operator-needed') throw error;
          return redirect(`${side.at}/people?done=asked`);
        }
        return redirect(`${side.at}/people?done=sent`);
      },
    });
  }

  @FormAt('leaving')
  @Weighty()
  async leave(@Visited() visit: Signed, @Param() { contract: id, person: pid }: AtPerson): Promise<Answer> {
    const side = await sideOf(visit, id);
    const { t, api } = visit;
    const person = await readPerson(visit, side, pid);
    return runForm(visit, {
      title: t(`離任：${person.name}`, `${person.name} has left`),
      fields: [],
      above: (
        <Alert
          kind="warning"
          title={t(
            'ログイン・パスキー・招待がすべて、ただちに終わります。',
            'Sessions, passkeys and invitations end at once.',
          )}
          details={t(
            '取り消せません。もう一度使うには、新しく招待します。',
            'It cannot be undone; they would have to be invited anew.',
          )}
        />
      ),
      submit: t('離任させる', 'Has left'),
      danger: true,
      back: { href: `${side.at}/people/${pid}`, label: t('戻る', 'Back') },
      page: { ...side.about, trail: [{ href: `${side.at}/people`, label: t('担当者', 'People') }] },
      send: async (_values) => {
        const { keysToRevoke } = await (side.contract === undefined
          ? api.DELETE('/v1/people/{pid}', { params: { path: { pid } } })
          : api.DELETE('/v1/contracts/{id}/people/{pid}', {
              params: { path: { id: side.contract, pid } },
            }));
        if (keysToRevoke.length === 0) return redirect(`${side.at}/people?done=left`);
        const names = await actorNames(visit, keysToRevoke, side.contract);
        return page({
          ...side.about,
          title: t('残っているキー', 'Keys that are left'),
          narrow: true,
          body: (
            <>
              <Alert
                kind="warning"
                title={t(
                  `${person.name}さんが発行したキーが残っています。`,
                  `${person.name} made keys that still work.`,
                )}
                details={t('使っていないものは取り消してください。', 'Revoke those that nothing needs.')}
              />
              <ul>
                {keysToRevoke.map((id) => (
                  <li key={id}>{names.nameOf(id) ?? <code>{id}</code>}</li>
                ))}
              </ul>
              <ActionLink main href={`${side.at}/keys`} label={t('キーの一覧へ', 'To the keys')} />
            </>
          ),
        });
      },
    });
  }
}
