import { useSurroundings } from '../pages/surroundings.ts';

/** Shown where a script can print. */
export const PrintButton = () => (
  <button type="button" class="secondary" data-print="yes" hidden>
    {useSurroundings().t('印刷する', 'Print')}
  </button>
);
