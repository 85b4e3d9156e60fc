import type { Told } from '../../visit/language.ts';
import { Hidden } from '../../forms/form-flow.tsx';

/** A form that a passkey answers: its script asks for the challenge, the browser for the person, and the form sends both. */
export const PasskeyForm = ({
  t,
  kind,
  action,
  csrf,
  label,
  next,
  secondary,
}: {
  readonly t: Told;
  readonly kind: 'create' | 'get';
  readonly action: string;
  readonly csrf: string | undefined;
  readonly label: string;
  readonly next?: string;
  readonly secondary?: boolean;
}) => (
  <form method="post" action={action} data-passkey={kind} data-options={`${action}/options`}>
    {csrf !== undefined && <Hidden name="_csrf" value={csrf} />}
    {next !== undefined && <Hidden name="next" value={next} />}
    <Hidden name="challenge" value="" />
    <Hidden name="response" value="" />
    <p class="fault" data-failed="yes" hidden role="alert">
      {t(
        'パスキーを使えませんでした。もう一度お試しいただくか、別の方法をお選びください。',
        'The passkey could not be used. Try again, or choose another way.',
      )}
    </p>
    <p class="note" data-without-script="yes">
      {t('パスキーにはJavaScriptが必要です。', 'Passkeys need JavaScript.')}
    </p>
    <button type="submit" class={secondary === true ? 'secondary' : undefined}>
      {label}
    </button>
  </form>
);
