import type { Told } from '../visit/language.ts';

/** Shown where a script can print. */
export const PrintButton = ({ t }: { readonly t: Told }) => (
  <button type="button" class="secondary" data-print="yes" hidden>
    {t('印刷する', 'Print')}
  </button>
);
