import { Controller, Get, Param, Post } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { At } from '../../components/time.tsx';
import { Panel, Table } from '../../components/table.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { ActionButton, runForm } from '../../forms/form-flow.tsx';
import { type Answer, json, page, redirect } from '../../pages/answer.ts';
import { Done } from '../../pages/layout.tsx';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { anybody } from '../../visit/audiences.ts';
import { sessionCookieName, setCookie } from '../../visit/cookies.ts';
import { doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { Visits } from '../../visit/visits.ts';
import { PasskeyForm } from './passkey-form.tsx';
import { answered } from './answered.ts';
import { RecoveryCodeShown } from './recovery-code-shown.tsx';
import { ProviderForm } from './provider-form.tsx';

/** One's own ways to sign in. */
@Controller('portal/account/passkeys')
export class PasskeysController {
  constructor(private readonly visits: Visits) {}

  @Get()
  @Access(anybody)
  async passkeys(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query, csrf, me } = visit;
    const [passkeys, bound, providers] = await Promise.all([
      api.GET('/v1/me/passkeys'),
      api.GET('/v1/me/providers'),
      api.GET('/v1/sign-in/oidc'),
    ]);
    const none = passkeys.items.length + bound.items.length === 0;
    const done = doneIn(query, {
      added: t('パスキーを登録しました', 'The passkey was added'),
      removed: t('パスキーを削除しました', 'The passkey was removed'),
      bound: t('アカウントを結び付けました', 'The account was bound'),
      unbound: t('アカウントの結び付けを解除しました', 'The account was taken away'),
    });
    return page({
      title: t('ログインの方法', 'Ways to sign in'),
      section: 'none',
      trail: [{ href: '/portal/account', label: t('アカウント', 'Account') }],
      lead: t(
        '次回からのログインと、大切な操作の前の本人確認に使います。',
        'For the next sign-in, and for showing who you are before acts of weight.',
      ),
      done: done !== undefined && (
        <Done text={done}>
          {!none && (
            <p>
              <a href="/portal">{t('ホームへ', 'Home')}</a>
            </p>
          )}
        </Done>
      ),
      body: (
        <>
          {none && (
            <Alert
              kind="warning"
              title={t('ログインの方法がまだありません。', 'You have no way to come again yet.')}
              details={t(
                'このログインが終わると入れなくなります。パスキーを登録するか、会社のアカウントを結び付けてください。',
                'Once this session is over you cannot come in. Add a passkey, or bind an account.',
              )}
            />
          )}
          <Panel title={t('パスキー', 'Passkeys')}>
            <Table<Schemas['Passkey']>
              caption={t('パスキー', 'Passkeys')}
              rows={passkeys.items}
              empty={t('パスキーはまだありません。', 'There is none yet.')}
              columns={[
                { head: t('名前', 'Name'), names: true, cell: ({ name }) => name },
                {
                  head: t('登録', 'Added'),
                  cell: ({ createdAt }) => <At at={createdAt} />,
                },
                {
                  head: t('最後の利用', 'Last used'),
                  cell: ({ lastUsedAt }) => <At at={lastUsedAt} />,
                },
                {
                  head: t('操作', 'Actions'),
                  cell: ({ id }) => (
                    <ActionButton
                      action={`/portal/account/passkeys/${id}/removal`}
                      label={t('削除する', 'Remove')}
                      kind="danger"
                    />
                  ),
                },
              ]}
            />
            {none || me.verified ? (
              <PasskeyForm
                kind="create"
                action="/portal/account/passkeys"
                csrf={csrf}
                label={t('パスキーを登録する', 'Add a passkey')}
              />
            ) : (
              <p>
                <ActionLink
                  main
                  href="/portal/step-up?next=/portal/account/passkeys"
                  label={t('本人確認をして追加する', 'Show who you are, then add one')}
                />
              </p>
            )}
          </Panel>
          {(bound.items.length > 0 || providers.items.length > 0) && (
            <Panel title={t('会社のアカウント', 'Accounts at identity providers')}>
              <Table<Schemas['BoundProvider']>
                caption={t('会社のアカウント', 'Accounts at identity providers')}
                rows={bound.items}
                empty={t('結び付けたアカウントはまだありません。', 'None is bound yet.')}
                columns={[
                  { head: t('名前', 'Name'), names: true, cell: ({ name }) => name },
                  {
                    head: t('結び付けた日時', 'Bound'),
                    cell: ({ boundAt }) => <At at={boundAt} />,
                  },
                  {
                    head: t('操作', 'Actions'),
                    cell: ({ provider }) => (
                      <ActionButton
                        action="/portal/account/passkeys/unbinding"
                        fields={{ provider }}
                        label={t('解除する', 'Take away')}
                        kind="danger"
                      />
                    ),
                  },
                ]}
              />
              {providers.items
                .filter(({ id }) => !bound.items.some(({ provider }) => provider === id))
                .map(({ id, name }) => (
                  <ProviderForm
                    key={id}
                    provider={id}
                    purpose="bind"
                    next="/portal/account/passkeys"
                    label={t(`${name}を結び付ける`, `Bind ${name}`)}
                  />
                ))}
            </Panel>
          )}
          <Panel
            title={t('回復コード', 'Recovery code')}
            actions={
              <ActionLink
                href="/portal/account/passkeys/recovery-code"
                label={t('回復コードを発行する', 'Make a recovery code')}
              />
            }
          >
            <p>
              {t(
                'パスキーをすべて失くしたときに、メールのリンクとあわせて使います。',
                'With a mailed link it lets you in again when all passkeys are lost.',
              )}
            </p>
          </Panel>
        </>
      ),
    });
  }

  @FormAt('recovery-code')
  @Weighty()
  @Access(anybody)
  recoveryCode(@Visited() visit: Signed): Promise<Answer> {
    const { t, api } = visit;
    const title = t('回復コードの発行', 'Make a recovery code');
    const back = { href: '/portal/account/passkeys', label: t('ログインの方法', 'Ways to sign in') };
    const about = { section: 'none', trail: [back] } as const;
    return runForm(visit, {
      title,
      lead: t(
        '新しいコードを1回だけ表示します。前のコードは使えなくなります。',
        'A new code is shown once; a former one is worth nothing then.',
      ),
      fields: [],
      submit: t('回復コードを発行する', 'Make a recovery code'),
      back,
      page: about,
      send: async () => {
        const { code } = await api.POST('/v1/me/recovery-code');
        return page({
          ...about,
          title,
          narrow: true,
          body: (
            <RecoveryCodeShown code={code}>
              <ActionLink main href={back.href} label={t('保管しました', 'I have kept it')} />
            </RecoveryCodeShown>
          ),
        });
      },
    });
  }

  @Post('unbinding')
  @Weighty()
  @Access(anybody)
  async unbind(@Visited() { api, form }: Signed): Promise<Answer> {
    const provider = form.get('provider') ?? '';
    await api.DELETE('/v1/me/providers/{provider}', { params: { path: { provider } } });
    return redirect('/portal/account/passkeys?done=unbound');
  }

  @Post('options')
  @Access(anybody)
  async addOptions(@Visited() visit: Signed): Promise<Answer> {
    return json(await visit.api.POST('/v1/me/passkeys', { body: {} }));
  }

  @Post()
  @Access(anybody)
  async add(@Visited() visit: Signed): Promise<Answer> {
    const name = visit.t(`パスキー ${visit.today}`, `Passkey ${visit.today}`);
    const added = await visit.api.POST('/v1/me/passkeys', { body: { ...answered(visit), name } });
    return this.goOn((added as Schemas['AddedPasskey']).session, '/portal/account/passkeys?done=added');
  }

  @Post(':passkey/removal')
  @Access(anybody)
  async remove(@Visited() visit: Signed, @Param('passkey') id: string): Promise<Answer> {
    await visit.api.DELETE('/v1/me/passkeys/{id}', { params: { path: { id } } });
    return redirect('/portal/account/passkeys?done=removed');
  }

  /** Each proof makes the session another: its former secret is worth nothing. */
  private goOn({ token }: Schemas['SignedIn'], next: string, ...cookies: readonly string[]): Answer {
    const { publicUrl } = this.visits;
    return redirect(next, [setCookie(publicUrl, sessionCookieName(publicUrl), token), ...cookies]);
  }
}
