import { ActionLink } from '../../components/action-link.tsx';
import { Day } from '../../components/time.tsx';
import { Panel, Table } from '../../components/table.tsx';
import { useSigned } from '../../pages/surroundings.ts';
import { hasRole } from '../../visit/me.ts';
import { contractPath, type Contract } from '../contracts/contract-words.tsx';
import type { Account } from './id-words.tsx';

/** When an ID was registered, from day to day, and how a clerk's error in it is set right. */
export function RegistrationsPanel({
  contract,
  account,
}: {
  readonly contract: Contract;
  readonly account: Account;
}) {
  const { t, me } = useSigned();
  const at = `${contractPath(contract.id)}/ids/${account.id}`;
  const operator = hasRole(me, 'operator');
  const title = t('登録期間', 'Registrations');
  return (
    <Panel title={title}>
      <Table<Account['spells'][number]>
        caption={title}
        rows={account.spells}
        empty={t('登録期間はありません。', 'There is none.')}
        columns={[
          {
            head: t('登録日', 'Registered'),
            names: true,
            cell: ({ registeredOn }) => <Day day={registeredOn} />,
          },
          {
            head: t('解除日', 'Deregistered'),
            cell: ({ deregisteredOn }) =>
              deregisteredOn === null ? t('登録中', 'now') : <Day day={deregisteredOn} />,
          },
          ...(operator
            ? [
                {
                  head: t('操作', 'Actions'),
                  cell: ({ id }: Account['spells'][number]) => (
                    <div class="actions">
                      <ActionLink
                        href={`${at}/registrations/${id}/correction`}
                        label={t('訂正する', 'Correct')}
                      />
                      <ActionLink href={`${at}/registrations/${id}/void`} label={t('取り消す', 'Void')} />
                    </div>
                  ),
                },
              ]
            : []),
        ]}
      />
    </Panel>
  );
}
