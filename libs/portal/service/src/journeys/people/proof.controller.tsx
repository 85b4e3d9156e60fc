import { Controller, Get, Post } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { Refusal } from '../../api/refusal.ts';
import { Hidden } from '../../forms/form-flow.tsx';
import { type Answer, json, page, redirect } from '../../pages/answer.ts';
import { PageError } from '../../pages/page-error.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { anybody } from '../../visit/audiences.ts';
import { cookiesOf, sessionCookieName, setCookie } from '../../visit/cookies.ts';
import { nextOf } from '../../visit/next.ts';
import { wantToken } from '../../visit/visit.guard.ts';
import type { Signed, Visit } from '../../visit/visit.ts';
import { Visits } from '../../visit/visits.ts';
import { PasskeyForm } from './passkey-form.tsx';
import { answered } from './answered.ts';
import { ProviderForm, type Purpose, PURPOSES } from './provider-form.tsx';

type SignedIn = Schemas['SignedIn'];

/** What is under way at an identity provider: the purpose, the challenge, and where it leads to. Ten minutes, in seconds. */
const UNDER_WAY = 'smartkey-provider';
const UNDER_WAY_SECONDS = 600;

/** Back to the sign-in, which says why it came to nothing. */
const notIn = (what: 'passkey' | 'account', next: string, ...cookies: readonly string[]): Answer =>
  redirect(`/portal/sign-in?refused=${what}&next=${encodeURIComponent(next)}`, cookies);

/** Showing who one is: passkeys and identity providers, to come in, and again for acts of weight. */
@Controller('portal')
export class ProofController {
  constructor(private readonly visits: Visits) {}

  @Post('sign-in/passkey/options')
  @Access('open')
  async signInOptions(@Visited() visit: Visit): Promise<Answer> {
    return json(await visit.api.POST('/v1/sign-in/passkey', { body: {} }));
  }

  @Post('sign-in/passkey')
  @Access('open')
  async signIn(@Visited() visit: Visit): Promise<Answer> {
    const next = nextOf(visit.form.get('next'));
    const made = await this.signedIn(visit.api.POST('/v1/sign-in/passkey', { body: answered(visit) }));
    return made === undefined ? notIn('passkey', next) : this.goOn(made, next);
  }

  /** Acts of weight ask once more who it is; the page says so, and leads back. */
  @Get('step-up')
  @Access(anybody)
  async stepUp(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, csrf, query } = visit;
    const next = nextOf(query.get('next'));
    const [passkeys, bound] = await Promise.all([api.GET('/v1/me/passkeys'), api.GET('/v1/me/providers')]);
    return page({
      title: t('本人確認', 'Show who you are'),
      section: 'none',
      lead: t(
        '大切な操作の前に、もう一度本人であることを確認します。確認は5分間有効です。',
        'Before an act of weight you show once more who you are. It holds for five minutes.',
      ),
      narrow: true,
      body: (
        <>
          {passkeys.items.length > 0 && (
            <PasskeyForm
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
              <ActionLink
                main
                href="/portal/account/passkeys"
                label={t('ログインの方法を登録する', 'Add a way to sign in')}
              />
            </>
          )}
        </>
      ),
    });
  }

  @Post('step-up/options')
  @Access(anybody)
  async stepUpOptions(@Visited() visit: Signed): Promise<Answer> {
    return json(await visit.api.POST('/v1/step-up', { body: {} }));
  }

  @Post('step-up')
  @Access(anybody)
  async shown(@Visited() visit: Signed): Promise<Answer> {
    const made = await visit.api.POST('/v1/step-up', { body: answered(visit) });
    return this.goOn(made as SignedIn, nextOf(visit.form.get('next')));
  }

  /** Begins at a provider. The page leads on by itself: a form that is answered by another site would be stopped by our own policy. */
  @Post('oidc/start')
  @Access('open')
  async startAtProvider(@Visited() visit: Visit): Promise<Answer> {
    const { t, form, api } = visit;
    const provider = form.get('provider') ?? '';
    const purpose = PURPOSES.find((each) => each === form.get('purpose')) ?? 'sign-in';
    if (purpose !== 'sign-in') wantToken(visit);
    const begun =
      purpose === 'sign-in'
        ? api.POST('/v1/sign-in/oidc', { body: { provider } })
        : purpose === 'step-up'
          ? api.POST('/v1/step-up', { body: { provider } })
          : api.POST('/v1/me/providers', { body: { provider } });
    const { challenge, url } = (await begun) as Schemas['OidcChallenge'];
    const state = `${purpose}.${challenge}.${Buffer.from(nextOf(form.get('next'))).toString('base64url')}`;
    return page({
      title: t('会社のアカウントでログイン', 'On to the identity provider'),
      section: 'none',
      refresh: { seconds: 0, to: url },
      cookies: [setCookie(this.visits.publicUrl, UNDER_WAY, state, UNDER_WAY_SECONDS)],
      narrow: true,
      body: (
        <p>
          <ActionLink main href={url} label={t('続ける', 'Continue')} />
        </p>
      ),
    });
  }

  /** Back from a provider. Looking at this address changes nothing: the form on it does. */
  @Get('oidc/callback')
  @Access('open')
  back(@Visited() { t, query, csrf }: Visit): Answer {
    return page({
      title: t('ログインを続けます', 'Signing in'),
      section: 'none',
      secretAddress: true,
      narrow: true,
      body: (
        <form method="post" action="/portal/oidc/callback" data-at-once="yes">
          {csrf !== undefined && <Hidden name="_csrf" value={csrf} />}
          <Hidden name="callback" value={query.toString()} />
          <button type="submit">{t('続ける', 'Continue')}</button>
        </form>
      ),
    });
  }

  @Post('oidc/callback')
  @Access('open')
  async complete(@Visited() visit: Visit): Promise<Answer> {
    const { api, form, request } = visit;
    const [purpose, challenge, next] = (cookiesOf(request.headers.cookie).get(UNDER_WAY) ?? '').split('.');
    if (challenge === undefined || next === undefined) throw new PageError(410, 'gone');
    if (purpose !== 'sign-in') wantToken(visit);
    const body = { challenge, callback: form.get('callback') ?? '' };
    const to = nextOf(Buffer.from(next, 'base64url').toString());
    const over = setCookie(this.visits.publicUrl, UNDER_WAY, '', 0);
    switch (purpose as Purpose) {
      case 'bind':
        await api.POST('/v1/me/providers', { body });
        return redirect('/portal/account/passkeys?done=bound', [over]);
      case 'step-up':
        return this.goOn((await api.POST('/v1/step-up', { body })) as SignedIn, to, over);
      case 'sign-in': {
        const made = await this.signedIn(api.POST('/v1/sign-in/oidc', { body }));
        return made === undefined ? notIn('account', to, over) : this.goOn(made, to, over);
      }
    }
  }

  /** @returns undefined where the surface does not let it in. */
  private async signedIn(asked: Promise<unknown>): Promise<SignedIn | undefined> {
    try {
      return (await asked) as SignedIn;
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return undefined;
      throw error;
    }
  }

  /** Each proof makes the session another: its former secret is worth nothing. */
  private goOn({ token }: SignedIn, next: string, ...cookies: readonly string[]): Answer {
    const { publicUrl } = this.visits;
    return redirect(next, [setCookie(publicUrl, sessionCookieName(publicUrl), token), ...cookies]);
  }
}
