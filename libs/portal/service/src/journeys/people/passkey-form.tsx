import { Hidden } from '../../forms/form-flow.tsx';
import { useSurroundings } from '../../pages/surroundings.ts';

/** A form that a passkey answers: its script asks for the challenge, the browser for the person, and the form sends both. */
export function PasskeyForm({
  kind,
  action,
  csrf,
  label,
  next,
  secondary,
}: {
  readonly kind: 'create' | 'get';
  readonly action: string;
  readonly csrf: string | undefined;
  readonly label: string;
  readonly next?: string;
  readonly secondary?: boolean;
}) {
  const { t } = useSurroundings();
  return (
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
}
