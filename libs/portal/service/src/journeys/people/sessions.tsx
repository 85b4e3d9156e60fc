import type { Schemas } from '../../api/portal-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Table } from '../../components/table.tsx';
import { At } from '../../components/time.tsx';
import { ActionButton } from '../../forms/form-flow.tsx';
import { useSurroundings } from '../../pages/surroundings.ts';
import { methodText } from './person-words.ts';

type Session = Schemas['Session'];

/** Where somebody is signed in: by what browser, since when, and how to end it. */
export function Sessions({
  rows,
  endAt,
}: {
  readonly rows: readonly Session[];
  readonly endAt: (session: Session) => string;
}) {
  const { t } = useSurroundings();
  return (
    <Table<Session>
      caption={t('ログイン中の端末', 'Where somebody is signed in')}
      rows={rows}
      empty={t('ログイン中の端末はありません。', 'Nowhere.')}
      columns={[
        {
          head: t('端末', 'Device'),
          names: true,
          cell: ({ agent }) => agent ?? t('プログラム', 'A program'),
        },
        { head: t('開始', 'Since'), cell: ({ createdAt }) => <At at={createdAt} /> },
        { head: t('方法', 'By'), cell: ({ method }) => methodText(method, t) },
        {
          head: t('最後の操作', 'Last seen'),
          cell: ({ lastSeenAt }) => <At at={lastSeenAt} />,
        },
        { head: t('期限', 'Until'), cell: ({ expiresAt }) => <At at={expiresAt} /> },
        {
          head: t('操作', 'Actions'),
          cell: (session) =>
            session.current ? (
              <Badge tone="good" text={t('この画面', 'This one')} />
            ) : (
              <ActionButton action={endAt(session)} label={t('終了させる', 'End it')} />
            ),
        },
      ]}
    />
  );
}
