import type { Markup } from 'preact';
import type { Told } from '../visit/language.ts';
import { Alert } from './alert.tsx';

/** A secret that is shown once: what that means, its text, and a button that copies it where scripts run. */
export const ShownOnce = ({
  t,
  id,
  title,
  what,
  secret,
  children,
}: {
  readonly t: Told;
  readonly id: string;
  readonly title: string;
  readonly what: string;
  readonly secret: string;
  readonly children?: Markup;
}) => (
  <>
    <Alert kind="warning" title={title}>
      <p>{what}</p>
    </Alert>
    <code class="secret" id={id}>
      {secret}
    </code>
    <div class="actions">
      <button
        type="button"
        class="secondary"
        hidden
        data-copy={id}
        data-copied={t('コピーしました', 'Copied')}
      >
        {t('コピーする', 'Copy')}
      </button>
      {children}
    </div>
  </>
);
