import type { Field } from '../../forms/field.ts';
import { FieldControl } from '../../forms/fields.tsx';
import { Hidden } from '../../forms/form-flow.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import type { Told } from '../../visit/language.ts';
import type { OwnPage, UserVisit } from './user-visit.ts';

/** What shows that a user is who the link is for. */
type Kind = 'code' | 'recoveryCode' | 'number';

export const isProofKind = (text: string | undefined): text is Kind =>
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

/** Asks a user for more than the link, which may have come into other hands. */
export function proofPage(
  user: UserVisit,
  own: OwnPage,
  fault?: { readonly kind: Kind; readonly text: string },
): Answer {
  const { t } = user.visit;
  const kinds: readonly Kind[] =
    own.purpose === 'enrolment' ? ['code', 'number', 'recoveryCode'] : ['code', 'recoveryCode'];
  return page({
    title: t('ご本人の確認', 'Show that it is you'),
    ...(fault !== undefined && { status: 422 }),
    section: 'none',
    lead: t(
      'リンクに加えて、次のいずれか1つを入力してください。5回まで入力できます。',
      'Besides the link, enter one of these. You have five tries.',
    ),
    narrow: true,
    body: kinds.map((kind) => (
      <form key={kind} method="post" action="/portal/self/proof" class="panel" novalidate>
        <Hidden name="_csrf" value={user.csrf} />
        <Hidden name="kind" value={kind} />
        <FieldControl
          field={fieldOf(kind, t)}
          values={{}}
          fault={fault?.kind === kind ? fault.text : undefined}
          bare
        />
        <div class="actions">
          <button type="submit">{t('確認する', 'Continue')}</button>
        </div>
      </form>
    )),
  });
}
