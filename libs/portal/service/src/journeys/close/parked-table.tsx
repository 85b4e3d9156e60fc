import type { Schemas } from '../../api/portal-api.ts';
import { Table, type Column } from '../../components/table.tsx';
import { Month } from '../../components/time.tsx';
import { useSigned } from '../../pages/surroundings.ts';
import type { Words } from '../../visit/language.ts';
import { hasRole } from '../../visit/me.ts';
import { ContractLink, type ContractNames } from '../contracts/contract-names.tsx';
import { contractPath } from '../contracts/contract-words.tsx';

/** A contract that a run could not bill; over all runs with the run that found so. */
type Parked = Schemas['Parked'] & Partial<Pick<Schemas['StandingParked'], 'run' | 'month'>>;

const PARKED: Readonly<Record<Parked['code'], Words>> = {
  'no-governing-quote': [
    '料金が提示されていません。料金を提示してから、もう一度締めてください。',
    'No prices govern the month: quote them and close again.',
  ],
  'no-recipient': [
    '宛先がありません。請求先を設定してください。',
    'There is no recipient: set the billing profile.',
  ],
  'no-registration-number': [
    '登録番号が設定されていません。「設定」で登録してください。',
    'No registration number is set: see the settings.',
  ],
  'earlier-month-waits': ['前の月が未処理です。', 'An earlier month waits.'],
  'events-parked': [
    '読み取れない記録があります。運用手順をご覧ください。',
    'A record cannot be read: see the runbook.',
  ],
  'document-lost': [
    '失われた書類があるかもしれません。運用手順に従って新しい番号系列を始めてください。',
    'Documents may have been lost: begin a new series as the runbook says.',
  ],
  'too-many-lines': ['明細が多すぎます。', 'There are too many lines.'],
  'not-ratable': ['計算できません。', 'It cannot be rated.'],
};

/** Where that is put right which a contract is parked for; nothing where no page of the reader's does it. */
function wayOut(
  { code, contract }: Parked,
  operator: boolean,
): readonly [string, string, string] | undefined {
  switch (code) {
    case 'no-governing-quote':
      if (!operator) return undefined;
      return [`${contractPath(contract)}/quotes/new`, '料金を提示する', 'Quote prices'];
    case 'no-recipient':
      return [`${contractPath(contract)}/billing-profile`, '請求先を変更する', 'Change the billing profile'];
    case 'no-registration-number':
      return ['/portal/settings/issuer', '発行者を設定する', 'Set the issuer'];
    case 'events-parked':
      if (!operator) return undefined;
      return ['/portal/set-aside', '読み取れない記録を見る', 'See the records'];
    default:
      return undefined;
  }
}

/** Contracts that could not be billed: why, and what to do. */
export function ParkedTable({
  rows,
  names,
}: {
  readonly rows: readonly Parked[];
  readonly names: ContractNames;
}) {
  const { t, me } = useSigned();
  const found: Column<Parked> = {
    head: t('締めた月', 'Close'),
    cell: ({ run, month }) =>
      run === undefined || month === undefined ? (
        '—'
      ) : (
        <a href={`/portal/runs/${run}`}>
          <Month month={month} />
        </a>
      ),
  };
  return (
    <Table<Parked>
      caption={t('保留の契約', 'Parked contracts')}
      rows={rows}
      empty={t('保留の契約はありません。', 'No contract is parked.')}
      columns={[
        {
          head: t('契約', 'Contract'),
          names: true,
          cell: ({ contract }) => <ContractLink id={contract} names={names} />,
        },
        ...(rows.some(({ run }) => run !== undefined) ? [found] : []),
        {
          head: t('理由と次の操作', 'Reason, and what to do'),
          cell: (row) => {
            const way = wayOut(row, hasRole(me, 'operator'));
            return (
              <span class="wide">
                {t(...PARKED[row.code])} {way !== undefined && <a href={way[0]}>{t(way[1], way[2])}</a>}
              </span>
            );
          },
        },
      ]}
    />
  );
}
