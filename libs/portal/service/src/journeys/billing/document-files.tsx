import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { StateBadge, type States } from '../../components/badge.tsx';
import { numberText } from '../../components/money.tsx';
import { Panel, Table } from '../../components/table.tsx';
import { At } from '../../components/time.tsx';
import { wordsOfFault } from '../../forms/words-of-refusal.ts';
import { called, type Told, type Words } from '../../visit/language.ts';
import { hasRole, isOffice, mayIn } from '../../visit/me.ts';
import { useSurroundings, useSigned } from '../../pages/surroundings.ts';
import { contractPath } from '../contracts/contract-words.tsx';
import { fieldText } from './field-words.ts';

type File = Schemas['File'];

export const fileText = called<File['kind']>({
  pdf: ['PDF', 'PDF'],
  'jp-pint': ['電子インボイス（JP PINT）', 'E-invoice (JP PINT)'],
  statement: ['利用明細', 'Statement of accounts'],
});

const FILE_STATE: States<File['state']> = {
  waiting: ['busy', '作成待ち', 'Waiting'],
  rendered: ['good', '作成済み', 'Made'],
  refused: ['bad', '作成できません', 'Refused'],
};

/** Under which addresses, below its document's, a file is fetched. */
const NAMES: Readonly<Record<File['kind'], readonly (readonly [string, ...Words])[]>> = {
  pdf: [['file.pdf', 'PDFをダウンロードする', 'Download PDF']],
  'jp-pint': [['file.xml', 'XMLをダウンロードする', 'Download XML']],
  statement: [
    ['statement.csv', '利用明細のCSVをダウンロードする', 'Download the statement as CSV'],
    ['statement.pdf', '利用明細のPDFをダウンロードする', 'Download the statement as PDF'],
  ],
};

/** The faults of a file that was refused, by field. */
export const Lacking = ({ errors }: { readonly errors: File['errors'] }) => {
  const { t } = useSurroundings();
  return errors === undefined || errors.length === 0 ? null : (
    <ul>
      {errors.map(({ pointer, rule, detail }) => (
        <li key={`${pointer} ${detail}`}>
          {`${fieldText(pointer, t)}：`} <span class="note">{wordsOfFault({ rule, detail }, t)}</span>
        </li>
      ))}
    </ul>
  );
};

/** The files of a document: how far each is, what it lacks, and the way to it. */
export function DocumentFiles({
  number,
  contract,
  files,
}: {
  readonly number: string;
  readonly contract: string;
  readonly files: readonly File[];
}) {
  const { t, me } = useSigned();
  const refused = files.some(({ state }) => state === 'refused');
  return (
    <Panel
      title={t('ファイル', 'Files')}
      actions={
        <ActionLink
          href={`/portal/invoices/${number}/file.csv`}
          label={t('CSVをダウンロードする', 'Download CSV')}
        />
      }
    >
      <Table<File>
        caption={t('ファイル', 'Files')}
        rows={files}
        empty={t('CSVのほかにファイルはありません。', 'There is no file but the CSV.')}
        columns={[
          { head: t('種類', 'Kind'), names: true, cell: ({ kind }) => fileText(kind, t) },
          {
            head: t('状態', 'State'),
            cell: ({ state, errors }) => (
              <>
                <StateBadge of={FILE_STATE[state]} />
                <Lacking errors={errors} />
              </>
            ),
          },
          {
            head: t('大きさ（バイト）', 'Bytes'),
            number: true,
            cell: ({ bytes }) => (bytes === undefined ? '—' : numberText(bytes)),
          },
          {
            head: t('ダウンロード', 'Download'),
            cell: ({ kind, state }) =>
              state === 'refused' ? (
                '—'
              ) : (
                <ul class="plain-list">
                  {NAMES[kind].map(([name, ...words]) => (
                    <li key={name}>
                      <a href={`/portal/invoices/${number}/${name}`}>{t(...words)}</a>
                    </li>
                  ))}
                </ul>
              ),
          },
        ]}
      />
      {refused && (
        <p>
          {t(
            '足りない項目を登録すると、ファイルは自動で作成されます。書類の金額は変わりません。',
            'Once what is missing is entered, the file is made by itself; the document stays as it is.',
          )}{' '}
          {(mayIn(me, 'billing') || hasRole(me, 'finance')) && (
            <a href={`${contractPath(contract)}/billing-profile`}>
              {t('請求先を変更する', 'Change the billing profile')}
            </a>
          )}{' '}
          {hasRole(me, 'operator', 'finance') && (
            <a href="/portal/settings/issuer">{t('発行者を設定する', 'Set the issuer')}</a>
          )}
        </p>
      )}
    </Panel>
  );
}

type Delivery = Schemas['Delivery'];

export const deliveryChannelText = called<Delivery['channel']>({
  mail: ['メール', 'Mail'],
  'e-invoice': ['電子インボイス', 'E-invoice'],
  download: ['ダウンロード', 'Download'],
});

const DELIVERY_STATE: States<Delivery['status']> = {
  waiting: ['busy', '送付待ち', 'Waiting'],
  delivered: ['good', '送付済み', 'Delivered'],
  refused: ['bad', '送付できません', 'Refused'],
};

const DELIVERY_REASON: Readonly<Record<string, Words>> = {
  'no-recipient': ['請求先に宛先がありません。', 'The billing profile names nobody.'],
  'too-late': [
    '長い間送信できなかったため、取りやめました。',
    'It could not be sent for too long, and was given up.',
  ],
};

/** Why something did not go out: in our words where we have some, else in those of the other side. */
export const refusedBecause = (reason: string, t: Told): string => {
  const known = DELIVERY_REASON[reason];
  if (known !== undefined) return t(...known);
  const [side, ...said] = reason.split(' ');
  if (side === 'recipient')
    return t(
      `宛先が受け付けられませんでした（${said.join(' ')}）。`,
      `The recipient was refused: ${said.join(' ')}`,
    );
  if (side === 'content')
    return t(
      `内容が受け付けられませんでした（${said.join(' ')}）。`,
      `The content was refused: ${said.join(' ')}`,
    );
  return reason;
};

/** How a document reached the contractor, and the way to send it again. */
export function Deliveries({
  number,
  deliveries,
}: {
  readonly number: string;
  readonly deliveries: readonly Delivery[];
}) {
  const { t, me } = useSigned();
  const maySend = hasRole(me, 'operator', 'finance') || (!isOffice(me) && me.rights.includes('billing'));
  return (
    <Panel
      title={t('送付', 'Deliveries')}
      actions={
        maySend && (
          <ActionLink
            href={`/portal/invoices/${number}/delivery`}
            label={t('もう一度送る', 'Send it again')}
          />
        )
      }
    >
      <Table<Delivery>
        caption={t('送付', 'Deliveries')}
        rows={deliveries}
        empty={t('送付の記録はまだありません。', 'Nothing was sent yet.')}
        columns={[
          { head: t('方法', 'By'), names: true, cell: ({ channel }) => deliveryChannelText(channel, t) },
          { head: t('宛先', 'To'), cell: ({ to }) => to ?? '—' },
          { head: t('日時', 'At'), cell: ({ at }) => <At at={at} /> },
          {
            head: t('状態', 'State'),
            cell: ({ status, reason }) => (
              <>
                <StateBadge of={DELIVERY_STATE[status]} />{' '}
                {reason !== undefined && <span class="note">{refusedBecause(reason, t)}</span>}
              </>
            ),
          },
        ]}
      />
    </Panel>
  );
}
