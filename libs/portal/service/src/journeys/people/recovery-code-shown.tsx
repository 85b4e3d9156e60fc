import type { Markup } from 'preact';
import { ShownOnce } from '../../components/shown-once.tsx';
import { useSurroundings } from '../../pages/surroundings.ts';

/** A recovery code that was made just now, and what it is for. */
export function RecoveryCodeShown({ code, children }: { readonly code: string; readonly children: Markup }) {
  const { t } = useSurroundings();
  return (
    <ShownOnce
      id="recovery-code"
      title={t('この回復コードは今だけ表示されます。', 'This recovery code is shown only now.')}
      what={t(
        'パスキーを失くしたときに、メールのリンクとあわせて使います。印刷するか書き写して、パスキーとは別の場所に保管してください。前のコードは使えなくなりました。',
        'With a mailed link it lets you in again when your passkeys are lost. Print it or write it down, and keep it apart from them. A former code is worth nothing now.',
      )}
      secret={code}
    >
      {children}
    </ShownOnce>
  );
}
