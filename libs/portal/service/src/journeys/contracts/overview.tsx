import { ActionLink } from '../../components/action-link.tsx';
import { orNothing, type Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { Amount, yenText } from '../../components/money.tsx';
import { At, Day, dayText, Month, monthOfDate, monthText } from '../../components/time.tsx';
import { Facts, Panel } from '../../components/table.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { useSigned } from '../../pages/surroundings.ts';
import { hasRole, isOffice, mayIn, mayOpen } from '../../visit/me.ts';
import { doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import {
  contractPath,
  ofContract,
  planName,
  readContract,
  StatusBadge,
  type Contract,
} from './contract-words.tsx';
import { UsagePicture } from './usage-picture.tsx';

interface Found {
  readonly contract: Contract;
  readonly month: string;
  readonly preview: Schemas['Preview'] | undefined;
  readonly usage: Schemas['Usage'] | undefined;
  readonly status: Schemas['ServiceStatus'];
}

/** The first page of a contract: what restricts it, what is to be done, what it uses and what that will cost. */
export async function overview(visit: Signed, id: string): Promise<Answer> {
  const { t, api, me, query } = visit;
  const month = monthOfDate(visit.today);
  const path = { id };
  const [contract, preview, usage, status] = await Promise.all([
    readContract(visit, id),
    orNothing(api.GET('/v1/contracts/{id}/invoices/preview', { params: { path, query: { month } } })),
    orNothing(api.GET('/v1/contracts/{id}/usage/{month}', { params: { path: { id, month } } })),
    api.GET('/v1/status'),
  ]);
  const found: Found = { contract, month, preview, usage, status };
  const office = isOffice(me);
  const title = office ? t('契約の概要', 'Overview of the contract') : t('ホーム', 'Home');
  return page({
    title,
    section: 'home',
    ...ofContract(contract),
    heading: office ? contract.applicant.name : title,
    lead: <StatusBadge contract={contract} />,
    done: doneIn(query, {
      applied: t('申し込みを登録しました', 'The application was entered'),
      accepted: t('申し込みを承諾しました', 'The application was accepted'),
      rejected: t('申し込みを承諾しないことを記録しました', 'The application was rejected'),
      withdrawn: t('申し込みの取り下げを記録しました', 'The application was withdrawn'),
      'iij-id': t(
        'IIJ IDサービスの契約の状態を記録しました',
        'The state of the IIJ ID contract was recorded',
      ),
      start: t('課金開始日を記録しました', 'The billing start was recorded'),
      proposed: t(
        '承認を依頼しました。別の担当者が承認すると有効になります',
        'Another person has to approve it',
      ),
      applicant: t('契約者情報を変更しました', 'The contractor’s data were changed'),
    }),
    actions: <MainActions contract={contract} />,
    body: (
      <>
        <Notices found={found} />
        <Cards found={found} />
        {usage !== undefined && <UsagePicture usage={usage} />}
        <ContractFacts contract={contract} />
      </>
    ),
  });
}

function MainActions({ contract }: { readonly contract: Contract }) {
  const { t, me } = useSigned();
  const at = contractPath(contract.id);
  if (hasRole(me, 'operator') && contract.status === 'applied')
    return (
      <>
        <ActionLink main href={`${at}/acceptance`} label={t('承諾する', 'Accept')} />
        <ActionLink href={`${at}/rejection`} label={t('承諾しない', 'Reject')} />
        <ActionLink href={`${at}/withdrawal`} label={t('取り下げを記録する', 'Record a withdrawal')} />
      </>
    );
  if (!['accepted', 'in-service'].includes(contract.status)) return null;
  return (
    <>
      {hasRole(me, 'operator') && contract.quotes.length === 0 && (
        <ActionLink main href={`${at}/quotes/new`} label={t('料金を提示する', 'Quote prices')} />
      )}
      {mayIn(me, 'ids') && (
        <a class={hasRole(me, 'operator') ? 'button secondary' : 'button'} href={`${at}/ids/new`}>
          {t('IDを登録する', 'Register an ID')}
        </a>
      )}
    </>
  );
}

function Notices({ found: { contract, status } }: { readonly found: Found }) {
  const { t, language, me } = useSigned();
  const { cancellation, pendingPlanChange, withholding } = contract;
  const operator = hasRole(me, 'operator');
  const at = contractPath(contract.id);
  return (
    <>
      {status.restrictions.map(({ name, detail }) => (
        <Alert
          key={name}
          kind="warning"
          title={t('機能の制限があります（第9条）', 'A function is restricted (第9条)')}
          details={detail ?? name}
        />
      ))}
      {contract.withheld && (
        <Alert
          kind="error"
          title={t('サービスの提供を保留しています（第5条第3項）', 'The service is withheld (第5条3項)')}
          details={[
            withholding?.reason ?? '',
            t('保留中も、登録されたIDの月額料金は発生します。', 'Monthly fees go on meanwhile.'),
          ]}
        />
      )}
      {contract.iijIdContractLostOn !== undefined && !contract.iijIdContractHeld && (
        <Alert
          kind="warning"
          title={t('IIJ IDサービスの契約が確認できません（第3条）', 'The IIJ ID contract is lost (第3条)')}
        />
      )}
      {cancellation !== null && contract.status !== 'terminated' && (
        <Alert kind="info" title={t('解約のお申し込みを受け付けています', 'A notice of cancellation stands')}>
          <p>
            {t('利用終了日は', 'The last day of service is ')}
            <strong>{dayText(cancellation.effectiveDay, language)}</strong>
            {t('24時です。', ', 24:00.')}
          </p>
        </Alert>
      )}
      {pendingPlanChange !== null && pendingPlanChange.status === 'requested' && (
        <Alert
          kind={operator ? 'warning' : 'info'}
          title={
            operator
              ? t(
                  'プラン変更の申し込みが承諾を待っています（第4条）',
                  'A change of plan waits to be accepted (第4条)',
                )
              : t('プラン変更は承諾待ちです（第4条）', 'Your change of plan waits to be accepted (第4条)')
          }
        >
          <p>
            {monthText(pendingPlanChange.fromMonth, language)} → {planName(pendingPlanChange.plan, t)}{' '}
            <a href={`${at}/plan`}>{t('内容を見る', 'See it')}</a>
          </p>
        </Alert>
      )}
      {operator &&
        ['accepted', 'in-service'].includes(contract.status) &&
        contract.billingStartDate === null && (
          <Alert
            kind="info"
            title={t('課金開始日が未定です（第7条）', 'The billing start date is not set (第7条)')}
          >
            <p>
              <a href={`${at}/billing-start`}>{t('課金開始日を決める', 'Set it')}</a>
            </p>
          </Alert>
        )}
    </>
  );
}

function Cards({ found: { contract, month, preview, usage } }: { readonly found: Found }) {
  const { t, language, me } = useSigned();
  const at = contractPath(contract.id);
  return (
    <div class="cards">
      <section class="card">
        <h2>{t(`${monthText(month, language)}の見込み（未確定）`, `Forecast of ${month} (not final)`)}</h2>
        {preview?.total === undefined ? (
          <p>
            {preview?.outcome === 'nothing-due'
              ? t('請求はありません。', 'Nothing is due.')
              : t('まだ計算できません。', 'It cannot be told yet.')}
          </p>
        ) : (
          <p class="figure">{yenText(preview.total)}</p>
        )}
        <p class="note">{t('これまでの利用に基づく、税込みの金額です。', 'With tax, of the use so far.')}</p>
        <a href={`${at}/billing`}>{t('請求を見る', 'Billing')}</a>
      </section>
      <section class="card">
        <h2>{t('今月利用したID', 'IDs used this month')}</h2>
        <p class="figure">{usage === undefined ? '—' : <Amount value={usage.accounts.count} />}</p>
        <p class="note">
          {t('係数の合計 ', 'Sum of coefficients ')}
          <Amount value={usage?.accounts.coefficientSum ?? '0'} />
        </p>
        {mayOpen(me, contract.id, 'read', 'operator', 'auditor') && (
          <a href={`${at}/ids`}>{t('ID一覧を見る', 'List of IDs')}</a>
        )}
      </section>
      <section class="card">
        <h2>{t('今月の認証成功', 'Successes this month')}</h2>
        <p class="figure">{usage === undefined ? '—' : <Amount value={usage.authentications.count} />}</p>
        <p class="note">
          {t('現在のプラン：', 'Plan: ')}
          {planName(contract.plan, t)}
        </p>
        <a href={`${at}/plan`}>{t('契約とプランを見る', 'Contract and plan')}</a>
      </section>
    </div>
  );
}

function ContractFacts({ contract }: { readonly contract: Contract }) {
  const { t, me } = useSigned();
  const { applicant } = contract;
  const at = contractPath(contract.id);
  return (
    <Panel
      title={t('契約内容', 'The contract')}
      actions={
        mayIn(me, 'administer') && (
          <ActionLink
            href={`${at}/applicant`}
            label={t('契約者情報を変更する', 'Change the contractor’s data')}
          />
        )
      }
    >
      <Facts
        facts={[
          [t('契約番号', 'Contract id'), <code>{contract.id}</code>],
          [t('契約者名', 'Name'), applicant.name],
          [t('部署', 'Department'), applicant.department ?? '—'],
          [t('住所', 'Address'), applicant.address ?? '—'],
          [t('メールアドレス', 'E-mail'), applicant.email ?? '—'],
          [
            t('IIJ IDサービスの契約番号', 'IIJ ID contract'),
            <>
              {applicant.iijIdContract}{' '}
              {hasRole(me, 'operator') && (
                <a href={`${at}/iij-id-contract`}>{t('状態を記録する', 'Record its state')}</a>
              )}
            </>,
          ],
          [t('プラン', 'Plan'), planName(contract.plan, t)],
          [t('申し込み', 'Applied'), <At at={contract.appliedAt} />],
          contract.acceptedOn !== undefined && [
            t('承諾日', 'Accepted on'),
            <Day day={contract.acceptedOn} />,
          ],
          contract.reason !== undefined && [t('理由', 'Reason'), contract.reason],
          [
            t('課金開始日', 'Billing start'),
            contract.billingStartDate === null ? (
              t('未定', 'Not set')
            ) : (
              <Day day={contract.billingStartDate} />
            ),
          ],
          ...contract.planByMonth
            .map(
              ({ fromMonth, plan }) =>
                [
                  t('プランの適用', 'Plan from'),
                  <>
                    <Month month={fromMonth} />
                    {t('から ', ': ')}
                    {planName(plan, t)}
                  </>,
                ] as const,
            )
            .slice(1),
          [t('約款の版', 'Version of the terms'), contract.termsVersion],
        ]}
      />
    </Panel>
  );
}
