import { Controller, Get, Post } from '@nestjs/common';
import { orNothing } from '../../api/portal-api.ts';
import { Refusal } from '../../api/refusal.ts';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { FieldControl } from '../../forms/fields.tsx';
import type { Field } from '../../forms/field.ts';
import { Hidden, runForm } from '../../forms/form-flow.tsx';
import { Alert } from '../../components/alert.tsx';
import { type Answer, page, type Page, redirect } from '../../pages/answer.ts';
import { linkPage, sentToken } from '../../pages/link-page.tsx';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { anybody } from '../../visit/audiences.ts';
import { sessionCookieName, setCookie } from '../../visit/cookies.ts';
import { chosen } from '../../visit/query.ts';
import { called, LANGUAGE_COOKIE, type Told } from '../../visit/language.ts';
import { nextOf } from '../../visit/next.ts';
import {
  endSession,
  introduce,
  sessionForFirstLink,
  sessionForInvitation,
  sessionForKey,
} from '../../visit/sessions.ts';
import type { Signed, Visit } from '../../visit/visit.ts';
import { Visits } from '../../visit/visits.ts';
import { PasskeyForm } from '../people/passkey-form.tsx';
import { ProviderForm } from '../people/provider-form.tsx';

/** So long a browser remembers the language that was chosen, in seconds. */
const LANGUAGE_SECONDS = 365 * 86_400;

const keyField = (t: Told): Field => ({
  kind: 'secret',
  name: 'key',
  label: t('アクセスキー', 'Access key'),
  required: true,
  hint: t(
    '発行時に一度だけ表示されたキーです。最初の運用者のキーは、サーバーのデータフォルダーの operator.key にあります。',
    'It was shown once, when it was made. The first operator’s key lies in operator.key in the server’s data folder.',
  ),
  autocomplete: 'current-password',
});

/** Why a way in did not let in, as far as whoever stands before it may know. */
const refusedText = called<'passkey' | 'account'>({
  passkey: [
    'このパスキーではログインできません。登録した端末のパスキーをお使いください。削除したパスキーは使えません。',
    'This passkey lets nobody in. Use one that you have added; one that was removed is of no use.',
  ],
  account: [
    'このアカウントではログインできません。招待からログインし、アカウントを結び付けてからお使いください。停止中の方は、管理者にお問い合わせください。',
    'This account lets nobody in. Sign in by your invitation and bind it first. Who is suspended asks their administrator.',
  ],
});

/** Signing in and out, and the language. */
@Controller('portal')
export class SignInController {
  constructor(private readonly visits: Visits) {}

  @Get('sign-in')
  @Access('open')
  async form(@Visited() visit: Visit): Promise<Answer> {
    const next = nextOf(visit.query.get('next'));
    if (visit.newcomer) return redirect('/portal/welcome');
    if (visit.me !== undefined) return redirect(next);
    return this.signInPage(visit, next);
  }

  @Post('sign-in')
  @Access('open')
  async signIn(@Visited() visit: Visit): Promise<Answer> {
    const next = nextOf(visit.form.get('next'));
    const key = (visit.form.get('key') ?? '').trim();
    if (!/^[\x21-\x7e]{1,512}$/.test(key)) return this.signInPage(visit, next, 422);
    try {
      return this.signedIn(await sessionForKey(visit.api, key), next);
    } catch (error) {
      if (error instanceof Refusal && [400, 401, 403, 422].includes(error.status))
        return this.signInPage(visit, next, 422);
      throw error;
    }
  }

  @Post('sign-out')
  @Access(anybody)
  async signOut(@Visited() visit: Signed): Promise<Answer> {
    await endSession(visit.api, visit.me.session);
    const name = sessionCookieName(this.visits.publicUrl);
    return redirect('/portal/sign-in', [setCookie(this.visits.publicUrl, name, '', 0)]);
  }

  /** Who signed in by a key says who they are: everything they do from then on is theirs by name. */
  @FormAt('welcome')
  @Access('newcomer')
  sayWho(@Visited() visit: Signed): Promise<Answer> {
    const { t } = visit;
    return runForm(visit, {
      title: t('担当者の登録', 'Who are you?'),
      lead: t(
        'これからの操作は、あなたの名前で記録されます。',
        'What you do from now on is recorded as yours.',
      ),
      fields: [
        {
          kind: 'text',
          name: 'name',
          label: t('お名前', 'Name'),
          required: true,
          max: 100,
          autocomplete: 'name',
        },
        { kind: 'email', name: 'email', label: t('メールアドレス', 'E-mail'), required: true, max: 254 },
      ],
      submit: t('登録して始める', 'Go on'),
      back: { href: '/portal/sign-in', label: t('戻る', 'Back') },
      page: { section: 'none' },
      send: async (values) => {
        const session = await introduce(visit.api, { name: values['name']!, email: values['email']! });
        return this.signedIn(session, '/portal/account/passkeys');
      },
    });
  }

  @Get('invitation')
  @Access('open')
  invitation(@Visited() visit: Visit): Answer {
    const { t } = visit;
    return linkPage(visit, {
      title: t('招待', 'Invitation'),
      lead: t(
        'SmartKey マネージメントサービスに招待されています。「続ける」を押すとログインします。',
        'You are invited to the SmartKey management service. Press “Continue” to sign in.',
      ),
      notes: <p>{t('この招待は1回だけ使えます。', 'The invitation can be used once.')}</p>,
      action: '/portal/invitation',
    });
  }

  @Post('invitation')
  @Access('open')
  async redeem(@Visited() visit: Visit): Promise<Answer> {
    return this.signedIn(await sessionForInvitation(visit.api, sentToken(visit)), '/portal/account/passkeys');
  }

  /** The link that the start of the system prints at a terminal: in the place of the operator key. */
  @Get('first')
  @Access('open')
  first(@Visited() visit: Visit): Answer {
    const { t } = visit;
    return linkPage(visit, {
      title: t('はじめてのログイン', 'The first sign-in'),
      lead: t(
        '最初の運用者としてログインします。リンクは15分間、1回だけ使えます。',
        'Signs you in as the first operator. The link works once, within 15 minutes.',
      ),
      action: '/portal/first',
    });
  }

  @Post('first')
  @Access('open')
  async beFirst(@Visited() visit: Visit): Promise<Answer> {
    return this.signedIn(await sessionForFirstLink(visit.api, sentToken(visit)), '/portal');
  }

  /** A session of its own for each sign-in: what a browser held before is worth nothing here. */
  private signedIn(session: string, next: string): Answer {
    const { publicUrl } = this.visits;
    return redirect(next, [setCookie(publicUrl, sessionCookieName(publicUrl), session)]);
  }

  @Post('language')
  @Access('open')
  language(@Visited() visit: Visit): Answer {
    const to = visit.form.get('to') === 'en' ? 'en' : 'ja';
    return redirect(nextOf(visit.form.get('next')), [
      setCookie(this.visits.publicUrl, LANGUAGE_COOKIE, to, LANGUAGE_SECONDS),
    ]);
  }

  private async signInPage(visit: Visit, next: string, status: 200 | 422 = 200): Promise<Page> {
    const { t, api } = visit;
    const providers = await orNothing(api.GET('/v1/sign-in/oidc'));
    const wrong = status !== 200;
    const refused = wrong ? undefined : chosen(visit.query, 'refused', ['passkey', 'account'] as const);
    return page({
      title: t('ログイン', 'Sign in'),
      status,
      section: 'none',
      lead: t(
        'SmartKey マネージメントサービスの管理画面です。',
        'The management pages of the SmartKey service.',
      ),
      narrow: true,
      body: (
        <>
          {wrong && (
            <Alert
              kind="error"
              title={t('ログインできませんでした', 'You could not be signed in')}
              details={t(
                'キーが正しくないか、期限が切れたか、取り消されています。担当者がすでに登録されている場合は、キーではログインできません。',
                'The key is wrong, has expired or was revoked; or people have their own way in by now, and keys let nobody in.',
              )}
            />
          )}
          {refused !== undefined && (
            <Alert
              kind="error"
              title={t('ログインできませんでした', 'You could not be signed in')}
              details={refusedText(refused, t)}
            />
          )}
          <PasskeyForm
            kind="get"
            action="/portal/sign-in/passkey"
            csrf={undefined}
            next={next}
            label={t('パスキーでログイン', 'Sign in with a passkey')}
          />
          {providers?.items.map(({ id, name }) => (
            <ProviderForm
              key={id}
              provider={id}
              purpose="sign-in"
              next={next}
              label={t(`${name}でログイン`, `Sign in with ${name}`)}
            />
          ))}
          <p>
            <a href="/portal/recovery-code">{t('ログインできないとき', 'You cannot sign in?')}</a>
          </p>
          <details class="panel" open={wrong}>
            <summary>
              {t('アクセスキーで初めてログインする', 'The first sign-in, with an access key')}
            </summary>
            <form method="post" action="/portal/sign-in" novalidate>
              <Hidden name="next" value={next} />
              <FieldControl
                field={keyField(t)}
                values={{}}
                fault={wrong ? t('キーを確かめてください。', 'Check the key.') : undefined}
              />
              <div class="actions">
                <button type="submit">{t('ログイン', 'Sign in')}</button>
              </div>
            </form>
          </details>
        </>
      ),
    });
  }
}
