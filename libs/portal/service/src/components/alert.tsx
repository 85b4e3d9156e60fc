import type { Markup } from 'preact';

export type AlertKind = 'info' | 'success' | 'warning' | 'error';

const SIGN: Readonly<Record<AlertKind, string>> = { info: 'i', success: '✓', warning: '!', error: '×' };

/** Tells what matters on this page; by words and a sign, not by its colour alone. */
export const Alert = ({
  kind,
  title,
  details = [],
  children,
}: {
  readonly kind: AlertKind;
  readonly title: string;
  /** A paragraph, or several. */
  readonly details?: string | readonly string[] | undefined;
  readonly children?: Markup;
}) => (
  <div class={`alert alert-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
    <span class="alert-sign" aria-hidden="true">
      {SIGN[kind]}
    </span>
    <div>
      <p class="alert-title">{title}</p>
      {[details].flat().map((text) => (
        <p key={text}>{text}</p>
      ))}
      {children}
    </div>
  </div>
);
