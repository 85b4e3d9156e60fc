import type { Markup } from 'preact';
import { useSurroundings } from '../pages/surroundings.ts';
import { Alert } from './alert.tsx';

/** A secret that is shown once: what that means, its text, and a button that copies it where scripts run. */
export function ShownOnce({
  id,
  title,
  what,
  secret,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly what: string;
  readonly secret: string;
  readonly children?: Markup;
}) {
  const { t } = useSurroundings();
  return (
    <>
      <Alert kind="warning" title={title} details={what} />
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
}
