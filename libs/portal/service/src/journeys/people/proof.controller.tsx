import { Controller, Get, Param, Post } from '@nestjs/common';
import { ok, type Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { At } from '../../components/time.tsx';
import { Panel, Table } from '../../components/table.tsx';
import { ActionButton, Hidden } from '../../forms/form-flow.tsx';
import { type Answer, json, page, redirect } from '../../pages/answer.ts';
import { Done, Heading } from '../../pages/layout.tsx';
import { PageError } from '../../pages/page-error.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { anybody } from '../../visit/audiences.ts';
import { cookiesOf, sessionCookieName, setCookie } from '../../visit/cookies.ts';
import { nextOf } from '../../visit/next.ts';
import { doneIn } from '../../visit/query.ts';
import type { Signed, Visit } from '../../visit/visit.ts';
import { Visits } from '../../visit/visits.ts';
import { PasskeyForm } from './passkey-form.tsx';

type SignedIn = Schemas['SignedIn'];

/** What is under way at an identity provider: the purpose, the challenge, and where it leads to. Ten minutes, in seconds. */
const UNDER_WAY = 'smartkey-provider';
const UNDER_WAY_SECONDS = 600;
const PURPOSES = ['sign-in', 'step-up', 'bind'] as const;
type Purpose = (typeof PURPOSES)[number];

/** Showing who one is: passkeys and identity providers, to come in, and again for acts of weight. */
@Controller('portal')
export class ProofController {
  constructor(private readonly visits: Visits) {}

  @Post('sign-in/passkey/options')
  @Access('open')
  async signInOptions(@Visited() visit: Visit): Promise<Answer> {
    return json(await ok(visit.api.POST('/v1/sign-in/passkey', { body: {} })));
  }

  @Post('sign-in/passkey')
  @Access('open')
  async signIn(@Visited() visit: Visit): Promise<Answer> {
    const made = await ok(visit.api.POST('/v1/sign-in/passkey', { body: answered(visit) }));
    return this.goOn(made as SignedIn, nextOf(visit.form.get('next')));
  }

  @Get('account/passkeys')
  @Access(anybody)
  async passkeys(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, language, query, csrf, me } = visit;
    const [passkeys, bound, providers] = await Promise.all([
      ok(api.GET('/v1/me/passkeys')),
      ok(api.GET('/v1/me/providers')),
      ok(api.GET('/v1/sign-in/oidc')),
    ]);
    const none = passkeys.items.length + bound.items.length === 0;
    const title = t('ログインの方法', 'Ways to sign in');
    const done = doneIn(query, {
      added: t('パスキーを登録しました', 'The passkey was added'),
      removed: t('パスキーを削除しました', 'The passkey was removed'),
      bound: t('アカウントを結び付けました', 'The account was bound'),
    });
    return page({
      title,
      section: 'none',
      trail: [{ href: '/portal/account', label: t('アカウント', 'Account') }],
      body: (
        <>
          {done !== undefined && (
            <Done text={done}>
              {!none && (
                <p>
                  <a href="/portal">{t('ホームへ', 'Home')}</a>
                </p>
              )}
            </Done>
          )}
          <Heading
            title={title}
            lead={t(
              '次回からのログインと、大切な操作の前の本人確認に使います。',
              'For the next sign-in, and for showing who you are before acts of weight.',
            )}
          />
          {none && (
            <Alert
              kind="warning"
              title={t('ログインの方法がまだありません。', 'You have no way to come again yet.')}
            >
              <p>
                {t(
                  'このログインが終わると入れなくなります。パスキーを登録するか、会社のアカウントを結び付けてください。',
                  'Once this session is over you cannot come in. Add a passkey, or bind an account.',
                )}
              </p>
            </Alert>
          )}
          <Panel title={t('パスキー', 'Passkeys')}>
            <Table<Schemas['Passkey']>
              caption={t('パスキー', 'Passkeys')}
              rows={passkeys.items}
              empty={<p>{t('パスキーはまだありません。', 'There is none yet.')}</p>}
              columns={[
                { head: t('名前', 'Name'), names: true, cell: ({ name }) => name },
                {
                  head: t('登録', 'Added'),
                  cell: ({ createdAt }) => <At at={createdAt} language={language} />,
                },
                {
                  head: t('最後の利用', 'Last used'),
                  cell: ({ lastUsedAt }) =>
                    lastUsedAt === null ? '—' : <At at={lastUsedAt} language={language} />,
                },
                {
                  head: t('操作', 'Actions'),
                  cell: ({ id }) => (
                    <ActionButton
                      visit={visit}
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
                t={t}
                kind="create"
                action="/portal/account/passkeys"
                csrf={csrf}
                label={t('パスキーを登録する', 'Add a passkey')}
              />
            ) : (
              <p>
                <a class="button" href="/portal/step-up?next=/portal/account/passkeys">
                  {t('本人確認をして追加する', 'Show who you are, then add one')}
                </a>
              </p>
            )}
          </Panel>
          {(bound.items.length > 0 || providers.items.length > 0) && (
            <Panel title={t('会社のアカウント', 'Accounts at identity providers')}>
              <ul>
                {bound.items.map(({ provider, name }) => (
                  <li key={provider}>{t(`${name}（結び付け済み）`, `${name} (bound)`)}</li>
                ))}
              </ul>
              {providers.items
                .filter(({ id }) => !bound.items.some(({ provider }) => provider === id))
                .map(({ id, name }) => (
                  <ProviderForm
                    key={id}
                    visit={visit}
                    provider={id}
                    purpose="bind"
                    next="/portal/account/passkeys"
                    label={t(`${name}を結び付ける`, `Bind ${name}`)}
                  />
                ))}
            </Panel>
          )}
        </>
      ),
    });
  }

  @Post('account/passkeys/options')
  @Access(anybody)
  async addOptions(@Visited() visit: Signed): Promise<Answer> {
    return json(await ok(visit.api.POST('/v1/me/passkeys', { body: {} })));
  }

  @Post('account/passkeys')
  @Access(anybody)
  async add(@Visited() visit: Signed): Promise<Answer> {
    const name = visit.t(`パスキー ${visit.today}`, `Passkey ${visit.today}`);
    const added = await ok(visit.api.POST('/v1/me/passkeys', { body: { ...answered(visit), name } }));
    return this.goOn((added as Schemas['AddedPasskey']).session, '/portal/account/passkeys?done=added');
  }

  @Post('account/passkeys/:passkey/removal')
  @Access(anybody)
  async remove(@Visited() visit: Signed, @Param('passkey') id: string): Promise<Answer> {
    await ok(visit.api.DELETE('/v1/me/passkeys/{id}', { params: { path: { id } } }));
    return redirect('/portal/account/passkeys?done=removed');
  }

  /** Acts of weight ask once more who it is; the page says so, and leads back. */
  @Get('step-up')
  @Access(anybody)
  async stepUp(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, csrf, query } = visit;
    const next = nextOf(query.get('next'));
    const [passkeys, bound] = await Promise.all([
      ok(api.GET('/v1/me/passkeys')),
      ok(api.GET('/v1/me/providers')),
    ]);
    const title = t('本人確認', 'Show who you are');
    return page({
      title,
      section: 'none',
      body: (
        <div class="narrow">
          <Heading
            title={title}
            lead={t(
              '大切な操作の前に、もう一度本人であることを確認します。確認は5分間有効です。',
              'Before an act of weight you show once more who you are. It holds for five minutes.',
            )}
          />
          {passkeys.items.length > 0 && (
            <PasskeyForm
              t={t}
              kind="get"
              action="/portal/step-up"
              csrf={csrf}
              next={next}
              label={t('パスキーで確認する', 'Use a passkey')}
            />
          )}
          {bound.items.map(({ provider, name }) => (
            <ProviderForm
              key={provider}
              visit={visit}
              provider={provider}
              purpose="step-up"
              next={next}
              label={t(`${name}で確認する`, `Use ${name}`)}
            />
          ))}
          {passkeys.items.length + bound.items.length === 0 && (
            <>
              <p>
                {t(
                  '先に、パスキーなどのログインの方法を登録してください。',
                  'Add a passkey or another way to sign in first.',
                )}
              </p>
              <a class="button" href="/portal/account/passkeys">
                {t('ログインの方法を登録する', 'Add a way to sign in')}
              </a>
            </>
          )}
        </div>
      ),
    });
  }

  @Post('step-up/options')
  @Access(anybody)
  async stepUpOptions(@Visited() visit: Signed): Promise<Answer> {
    return json(await ok(visit.api.POST('/v1/step-up', { body: {} })));
  }

  @Post('step-up')
  @Access(anybody)
  async shown(@Visited() visit: Signed): Promise<Answer> {
    const made = await ok(visit.api.POST('/v1/step-up', { body: answered(visit) }));
    return this.goOn(made as SignedIn, nextOf(visit.form.get('next')));
  }

  /** Begins at a provider. The page leads on by itself: a form that is answered by another site would be stopped by our own policy. */
  @Post('oidc/start')
  @Access('open')
  async startAtProvider(@Visited() visit: Visit): Promise<Answer> {
    const { t, form, api } = visit;
    const provider = form.get('provider') ?? '';
    const purpose = PURPOSES.find((each) => each === form.get('purpose')) ?? 'sign-in';
    const begun =
      purpose === 'sign-in'
        ? ok(api.POST('/v1/sign-in/oidc', { body: { provider } }))
        : purpose === 'step-up'
          ? ok(api.POST('/v1/step-up', { body: { provider } }))
          : ok(api.POST('/v1/me/providers', { body: { provider } }));
    const { challenge, url } = (await begun) as Schemas['OidcChallenge'];
    const state = `${purpose}.${challenge}.${Buffer.from(nextOf(form.get('next'))).toString('base64url')}`;
    const title = t('会社のアカウントでログイン', 'On to the identity provider');
    return page({
      title,
      section: 'none',
      refresh: { seconds: 0, to: url },
      cookies: [setCookie(this.visits.publicUrl, UNDER_WAY, state, UNDER_WAY_SECONDS)],
      body: (
        <div class="narrow">
          <Heading title={title} />
          <p>
            <a class="button" href={url}>
              {t('続ける', 'Continue')}
            </a>
          </p>
        </div>
      ),
    });
  }

  /** Back from a provider. Looking at this address changes nothing: the form on it does. */
  @Get('oidc/callback')
  @Access('open')
  back(@Visited() { t, query }: Visit): Answer {
    const title = t('ログインを続けます', 'Signing in');
    return page({
      title,
      section: 'none',
      secretAddress: true,
      body: (
        <div class="narrow">
          <Heading title={title} />
          <form method="post" action="/portal/oidc/callback" data-at-once="yes">
            <Hidden name="callback" value={query.toString()} />
            <button type="submit">{t('続ける', 'Continue')}</button>
          </form>
        </div>
      ),
    });
  }

  @Post('oidc/callback')
  @Access('open')
  async complete(@Visited() visit: Visit): Promise<Answer> {
    const { api, form, request } = visit;
    const [purpose, challenge, next] = (cookiesOf(request.headers.cookie).get(UNDER_WAY) ?? '').split('.');
    if (challenge === undefined || next === undefined) throw new PageError(410, 'gone');
    const body = { challenge, callback: form.get('callback') ?? '' };
    const to = nextOf(Buffer.from(next, 'base64url').toString());
    const over = setCookie(this.visits.publicUrl, UNDER_WAY, '', 0);
    switch (purpose as Purpose) {
      case 'bind':
        await ok(api.POST('/v1/me/providers', { body }));
        return redirect('/portal/account/passkeys?done=bound', [over]);
      case 'step-up':
        return this.goOn((await ok(api.POST('/v1/step-up', { body }))) as SignedIn, to, over);
      case 'sign-in':
        return this.goOn((await ok(api.POST('/v1/sign-in/oidc', { body }))) as SignedIn, to, over);
    }
  }

  /** Each proof makes the session another: its former secret is worth nothing. */
  private goOn({ token }: SignedIn, next: string, ...cookies: readonly string[]): Answer {
    const { publicUrl } = this.visits;
    return redirect(next, [setCookie(publicUrl, sessionCookieName(publicUrl), token), ...cookies]);
  }
}

/** What the browser answered. @throws PageError where it is none. */
function answered({ form }: Visit): { challenge: string; response: never } {
  const challenge = form.get('challenge') ?? '';
  try {
    return { challenge, response: JSON.parse(form.get('response') ?? '') as never };
  } catch (error) {
    throw new PageError(400, 'unreadable-form', error);
  }
}

export const ProviderForm = ({
  visit,
  provider,
  purpose,
  next,
  label,
}: {
  readonly visit: Visit;
  readonly provider: string;
  readonly purpose: Purpose;
  readonly next: string;
  readonly label: string;
}) => (
  <form method="post" action="/portal/oidc/start">
    {visit.csrf !== undefined && <Hidden name="_csrf" value={visit.csrf} />}
    <Hidden name="provider" value={provider} />
    <Hidden name="purpose" value={purpose} />
    <Hidden name="next" value={next} />
    <div class="actions">
      <button type="submit" class="secondary">
        {label}
      </button>
    </div>
  </form>
);
