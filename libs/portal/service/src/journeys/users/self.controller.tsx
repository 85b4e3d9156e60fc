import { Controller, Get, Param, Post } from '@nestjs/common';
import { ok } from '../../api/portal-api.ts';
import { Refusal } from '../../api/refusal.ts';
import { Alert } from '../../components/alert.tsx';
import { PrintButton } from '../../components/print-button.tsx';
import { Panel } from '../../components/table.tsx';
import { At } from '../../components/time.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import type { Field } from '../../forms/field.ts';
import { FieldControl } from '../../forms/fields.tsx';
import { Hidden } from '../../forms/form-flow.tsx';
import { wordsOfRefusal } from '../../forms/words-of-refusal.ts';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Done, Heading } from '../../pages/layout.tsx';
import { Access, Visited } from '../../visit/access.decorator.ts';
import type { Told } from '../../visit/language.ts';
import { doneIn } from '../../visit/query.ts';
import type { Visit } from '../../visit/visit.ts';
import { Visits } from '../../visit/visits.ts';
import { DeviceBadge } from '../ids/id-words.tsx';
import { scanPage, typedCode, wrongCodePage } from '../enrolment/scan-page.tsx';
import { scanOfUser, UserAction } from './self-parts.tsx';
import {
  asUser,
  noUserCookie,
  ownPageOf,
  userCookie,
  userVisit,
  type OwnPage,
  type UserVisit,
} from './user-visit.ts';

type Kind = 'code' | 'recoveryCode' | 'number';

const isKind = (text: string | undefined): text is Kind =>
  text === 'code' || text === 'recoveryCode' || text === 'number';

const fieldOf = (kind: Kind, t: Told): Field => {
  switch (kind) {
    case 'code':
      return {
        kind: 'digits',
        name: 'code',
        label: t('登録済みの端末に表示されたコード', 'The code that your device shows'),
        max: 8,
        autocomplete: 'one-time-code',
      };
    case 'recoveryCode':
      return { kind: 'text', name: 'recoveryCode', label: t('回復コード', 'A recovery code'), max: 64 };
    case 'number':
      return {
        kind: 'digits',
        name: 'number',
        label: t('管理者から聞いた8桁の番号', 'The 8 digits that your administrator told you'),
        max: 8,
      };
  }
};

/** The page of a user: one ID, by a link. It is nobody's who has not shown a code, where the ID had a device. */
@Controller('portal/self')
export class SelfController {
  constructor(private readonly visits: Visits) {}

  @Get()
  @Access('open')
  async show(@Visited() visit: Visit): Promise<Answer> {
    const user = userVisit(this.visits, visit);
    const own = await ownPageOf(user);
    if (own.purpose === 'report') return redirect('/portal/self/report');
    return own.proofNeeded ? proofPage(user, own) : ownPage(user, own);
  }

  @Post('proof')
  @Access('open')
  async prove(@Visited() visit: Visit): Promise<Answer> {
    const user = userVisit(this.visits, visit);
    const kind = visit.form.get('kind');
    const typed = typedCode(isKind(kind) ? visit.form.get(kind) : undefined);
    if (!isKind(kind) || typed === '') return redirect('/portal/self');
    try {
      const proven = await asUser(ok(user.api.POST('/v1/self/proof', { body: { [kind]: typed } })));
      return redirect('/portal/self', [userCookie(this.visits, proven.token)]);
    } catch (error) {
      if (!(error instanceof Refusal) || (error.status !== 422 && error.status !== 409)) throw error;
      const refusal = new Refusal(
        error.status,
        error.status === 409 ? error.code : 'user-proof-wrong',
        error.detail,
      );
      return proofPage(user, await ownPageOf(user), { kind, text: wordsOfRefusal(refusal, visit.t) });
    }
  }

  @Post('enrolments')
  @Access('open')
  async enrol(@Visited() visit: Visit): Promise<Answer> {
    const user = userVisit(this.visits, visit);
    return scanPage(scanOfUser(user), await asUser(ok(user.api.POST('/v1/self/enrolments', { body: {} }))));
  }

  @Post('devices/:device/replacement')
  @Access('open')
  async replace(@Visited() visit: Visit, @Param('device') device: string): Promise<Answer> {
    const user = userVisit(this.visits, visit);
    return scanPage(
      scanOfUser(user),
      await asUser(ok(user.api.POST('/v1/self/replacement', { body: { device } }))),
    );
  }

  @Post('enrolments/:enrolment/confirmation')
  @Access('open')
  async confirm(@Visited() visit: Visit, @Param('enrolment') eid: string): Promise<Answer> {
    const user = userVisit(this.visits, visit);
    const code = typedCode(visit.form.get('code'));
    try {
      await asUser(
        ok(
          user.api.POST('/v1/self/enrolments/{eid}/confirmation', {
            params: { path: { eid } },
            body: { code },
          }),
        ),
      );
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 422) throw error;
      return wrongCodePage(scanOfUser(user), eid, error);
    }
    return redirect('/portal/self?done=enrolled');
  }

  @Post('recovery-codes')
  @Access('open')
  async recoveryCodes(@Visited() visit: Visit): Promise<Answer> {
    const user = userVisit(this.visits, visit);
    const { t } = visit;
    const { codes } = await asUser(ok(user.api.POST('/v1/self/recovery-codes')));
    const title = t('回復コード', 'Recovery codes');
    return page({
      title,
      section: 'none',
      body: (
        <div class="narrow">
          <Heading title={title}>
            <PrintButton t={t} />
          </Heading>
          <Alert
            kind="warning"
            title={t('回復コードは今だけ表示されます。', 'The codes are shown only now.')}
          >
            <p>
              {t(
                '紙に書くか印刷して、スマートフォンとは別の場所に保管してください。1つずつ、1回だけ使えます。以前の回復コードは使えなくなりました。',
                'Write or print them and keep them apart from your phone. Each works once. Former codes are worth nothing now.',
              )}
            </p>
          </Alert>
          <ul class="plain-list">
            {codes.map((code) => (
              <li key={code}>
                <code class="secret">{code}</code>
              </li>
            ))}
          </ul>
          <div class="actions">
            <a class="button" href="/portal/self">
              {t('保管しました', 'I have kept them')}
            </a>
          </div>
        </div>
      ),
    });
  }

  @FormAt('report')
  @Access('open')
  async report(@Visited() visit: Visit): Promise<Answer> {
    const { t } = visit;
    const user = userVisit(this.visits, visit);
    const title = t('心当たりがない端末', 'A device that you do not know');
    const done = visit.request.method === 'POST';
    if (done) await asUser(ok(user.api.POST('/v1/self/report')));
    else if ((await ownPageOf(user)).purpose !== 'report') return redirect('/portal/self');
    return page({
      title,
      section: 'none',
      ...(done && { cookies: [noUserCookie(this.visits)] }),
      body: (
        <div class="narrow">
          {done && <Done text={t('届け出を受け付け、端末を停止しました', 'The device is suspended')} />}
          <Heading
            title={title}
            lead={
              done
                ? t(
                    '管理者に知らせました。確認が終わるまで、新しい端末は登録できません。',
                    'Your administrators are told. Nothing is registered until they have looked into it.',
                  )
                : t(
                    'お知らせした端末を停止し、管理者に知らせます。ご自分で登録した端末なら、何もせずにこの画面を閉じてください。',
                    'The device that you were told of is suspended and your administrators are told. If it is yours, just close this page.',
                  )
            }
          />
          {!done && (
            <UserAction
              user={user}
              action="/portal/self/report"
              label={t('心当たりがない', 'I do not know it')}
              kind="danger"
            />
          )}
        </div>
      ),
    });
  }
}

function proofPage(
  user: UserVisit,
  own: OwnPage,
  fault?: { readonly kind: Kind; readonly text: string },
): Answer {
  const { t } = user.visit;
  const title = t('ご本人の確認', 'Show that it is you');
  const kinds: readonly Kind[] =
    own.purpose === 'enrolment' ? ['code', 'number', 'recoveryCode'] : ['code', 'recoveryCode'];
  return page({
    title,
    ...(fault !== undefined && { status: 422 }),
    section: 'none',
    body: (
      <div class="narrow">
        <Heading
          title={title}
          lead={t(
            'リンクに加えて、次のいずれか1つを入力してください。5回まで入力できます。',
            'Besides the link, enter one of these. You have five tries.',
          )}
        />
        {kinds.map((kind) => (
          <form key={kind} method="post" action="/portal/self/proof" class="panel" novalidate>
            <Hidden name="_csrf" value={user.csrf} />
            <Hidden name="kind" value={kind} />
            <FieldControl
              field={fieldOf(kind, t)}
              values={{}}
              fault={fault?.kind === kind ? fault.text : undefined}
              t={t}
              bare
            />
            <div class="actions">
              <button type="submit">{t('確認する', 'Continue')}</button>
            </div>
          </form>
        ))}
      </div>
    ),
  });
}

function ownPage(user: UserVisit, own: OwnPage): Answer {
  const { visit } = user;
  const { t, language } = visit;
  const done = doneIn(visit.query, {
    enrolled: t('スマートフォンを登録しました', 'Your phone was registered'),
  });
  const title = own.externalId ?? t('ご自分のページ', 'Your own page');
  const stopped = own.enrolmentStopped === true;
  const enrols = own.link === undefined || own.link.status === 'opened';
  return page({
    title,
    section: 'none',
    body: (
      <div class="narrow">
        {done !== undefined && <Done text={done} />}
        <Heading
          title={title}
          lead={t('このIDの端末と回復コードです。', 'The devices and codes of this ID.')}
        />
        {stopped && (
          <Alert kind="warning" title={t('端末の登録を止めています。', 'Registration is stopped.')}>
            <p>{t('管理者にお問い合わせください。', 'Ask your administrator.')}</p>
          </Alert>
        )}
        {enrols && !stopped && (
          <Panel title={t('スマートフォンの登録', 'Register a phone')}>
            <p>
              {own.shownLeft === undefined
                ? t('QRコードは10分間有効です。', 'The QR code is good for ten minutes.')
                : t(
                    `QRコードは10分間有効です。あと${own.shownLeft}回表示できます。`,
                    `The QR code is good for ten minutes. It can be shown ${own.shownLeft} more times.`,
                  )}
            </p>
            <UserAction
              user={user}
              action="/portal/self/enrolments"
              label={t('QRコードを表示する', 'Show the QR code')}
            />
          </Panel>
        )}
        <Panel title={t('登録済みの端末', 'Your devices')}>
          {own.devices?.length === 0 && (
            <p>{t('端末はまだ登録されていません。', 'No device is registered yet.')}</p>
          )}
          <ul class="plain-list">
            {own.devices?.map((device) => (
              <li key={device.id}>
                <p>
                  {device.name ?? t('スマートフォン', 'Phone')} <DeviceBadge status={device.status} t={t} />
                </p>
                <p>
                  {t('登録：', 'Registered ')}
                  <At at={device.enrolledAt} language={language} />
                </p>
                {own.purpose === 'own-page' && !stopped && (
                  <UserAction
                    user={user}
                    action={`/portal/self/devices/${device.id}/replacement`}
                    label={t('新しいスマートフォンに替える', 'Replace by a new phone')}
                    kind="secondary"
                  />
                )}
              </li>
            ))}
          </ul>
        </Panel>
        {(own.purpose === 'own-page' || own.link?.status === 'confirmed') && (
          <Panel title={t('回復コード', 'Recovery codes')}>
            <p>
              {t(
                `スマートフォンをなくしたときに使います。未使用：${own.recoveryCodesLeft ?? 0}個`,
                `For the day when your phone is lost. Not used: ${own.recoveryCodesLeft ?? 0}`,
              )}
            </p>
            <UserAction
              user={user}
              action="/portal/self/recovery-codes"
              label={t('回復コードを発行する', 'Make recovery codes')}
              kind="secondary"
            />
          </Panel>
        )}
      </div>
    ),
  });
}
