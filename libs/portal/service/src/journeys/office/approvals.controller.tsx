import { Controller, Get, Param } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { StateBadge, stateText, type States } from '../../components/badge.tsx';
import { At, monthText } from '../../components/time.tsx';
import { Facts, Panel, Table } from '../../components/table.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { useSurroundings } from '../../pages/surroundings.ts';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import { chosen, pageIn, doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { ContractLink, type ContractNames, contractNames } from '../contracts/contract-names.tsx';
import { approvalColumns } from './approval-columns.tsx';
import { approvalText } from './approval-words.ts';
import { AskedChange } from './asked-change.tsx';
import { actorNames, type ActorNames } from '../people/actor-names.ts';
import { InvoiceLink } from '../billing/invoice-link.tsx';

type Approval = Schemas['Approval'];

const STATE: States<Approval['state']> = {
  proposed: ['busy', '承認待ち', 'To be approved'],
  approved: ['good', '承認済み', 'Approved'],
  rejected: ['quiet', '却下', 'Rejected'],
};
const STATES = ['proposed', 'approved', 'rejected'] as const;

/** What takes two persons. */
@Controller('portal/approvals')
export class ApprovalsController {
  @Get()
  @Access(only('operator', 'finance'))
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query, path } = visit;
    const state = chosen(query, 'state', STATES) ?? 'proposed';
    const { items, nextCursor } = await api.GET('/v1/approvals', {
      params: { query: { state, ...pageIn(query) } },
    });
    const { what, contract, asked } = approvalColumns(t, await contractNames(visit, items));
    const title = t('承認', 'Approvals');
    return page({
      title,
      section: 'invoices',
      trail: [{ href: '/portal/invoices', label: t('請求書', 'Invoices') }],
      lead: t(
        '承認するのは、依頼した人とは別の担当者です。',
        'Who approves is another person than who asked.',
      ),
      done: doneIn(query, {
        approved: t('承認しました', 'It was approved'),
        rejected: t('却下しました', 'It was rejected'),
      }),
      body: (
        <>
          <nav class="pager" aria-label={t('状態', 'State')}>
            {STATES.map((each) => (
              <a key={each} href={`${path}?state=${each}`} aria-current={each === state ? 'page' : undefined}>
                {stateText(STATE[each], t)}
              </a>
            ))}
          </nav>
          <Table<Approval>
            caption={title}
            rows={items}
            nextCursor={nextCursor}
            empty={t('該当するものはありません。', 'There is none.')}
            columns={[
              what,
              contract,
              {
                head: t('請求書', 'Invoice'),
                cell: ({ number }) => <InvoiceLink number={number} />,
              },
              asked,
              {
                head: t('状態', 'State'),
                cell: (each) => <StateBadge of={STATE[each.state]} />,
              },
            ]}
          />
        </>
      ),
    });
  }

  @Get(':approval')
  @Access(only('operator', 'finance'))
  async one(@Visited() visit: Signed, @Param('approval') id: string): Promise<Answer> {
    const { t } = visit;
    const found = await findApproval(visit, id);
    const about = await namesAbout(visit, found);
    return page({
      title: approvalText(found.kind, t),
      section: 'invoices',
      trail: [{ href: '/portal/approvals', label: t('承認', 'Approvals') }],
      actions: found.state === 'proposed' && (
        <>
          <ActionLink main href={`/portal/approvals/${id}/approval`} label={t('承認へ進む', 'Approve')} />
          <ActionLink href={`/portal/approvals/${id}/rejection`} label={t('却下する', 'Reject')} />
        </>
      ),
      narrow: true,
      body: <ApprovalFacts approval={found} about={about} />,
    });
  }

  @FormAt(':approval/approval')
  @Weighty()
  @Access(only('operator', 'finance'))
  async approve(@Visited() visit: Signed, @Param('approval') id: string): Promise<Answer> {
    const { t, api } = visit;
    const found = await findApproval(visit, id);
    const about = await namesAbout(visit, found);
    const back = `/portal/approvals/${id}`;
    return runForm(visit, {
      title: t(`承認：${approvalText(found.kind, t)}`, `Approve: ${approvalText(found.kind, t)}`),
      above: <ApprovalFacts approval={found} about={about} />,
      fields: [],
      submit: t('承認する', 'Approve'),
      page: { section: 'invoices', trail: [{ href: back, label: approvalText(found.kind, t) }] },
      send: async (_values) => {
        await api.POST('/v1/approvals/{approval}/approve', {
          params: { path: { approval: id } },
        });
        return redirect('/portal/approvals?done=approved');
      },
    });
  }

  @FormAt(':approval/rejection')
  @Weighty()
  @Access(only('operator', 'finance'))
  async reject(@Visited() visit: Signed, @Param('approval') id: string): Promise<Answer> {
    const { t, api } = visit;
    const found = await findApproval(visit, id);
    const back = `/portal/approvals/${id}`;
    return runForm(visit, {
      title: t(`却下：${approvalText(found.kind, t)}`, `Reject: ${approvalText(found.kind, t)}`),
      fields: [{ kind: 'multiline', name: 'reason', label: t('理由', 'Reason'), required: true, max: 500 }],
      submit: t('却下する', 'Reject'),
      danger: true,
      page: { section: 'invoices', trail: [{ href: back, label: approvalText(found.kind, t) }] },
      send: async (values) => {
        await api.POST('/v1/approvals/{approval}/reject', {
          params: { path: { approval: id } },
          body: { reason: values['reason']! },
        });
        return redirect('/portal/approvals?done=rejected');
      },
    });
  }
}

const findApproval = ({ api }: Signed, id: string): Promise<Approval> =>
  api.GET('/v1/approvals/{approval}', { params: { path: { approval: id } } });

/** The names of those and that which an approval is about. */
interface About {
  readonly actors: ActorNames;
  readonly contracts: ContractNames;
}

async function namesAbout(visit: Signed, { contract, requestedBy, decidedBy }: Approval): Promise<About> {
  const ids = [requestedBy, ...(decidedBy === undefined ? [] : [decidedBy])];
  const [actors, contracts] = await Promise.all([
    actorNames(visit, ids, contract),
    contractNames(visit, [{ contract }]),
  ]);
  return { actors, contracts };
}

function ApprovalFacts({
  approval,
  about: { actors, contracts },
}: {
  readonly approval: Approval;
  readonly about: About;
}) {
  const { t, language } = useSurroundings();
  return (
    <>
      {approval.affects.length > 0 && (
        <Alert kind="warning" title={t('発行済みの請求書に関わります。', 'It touches issued invoices.')}>
          <p>
            {approval.affects.map(({ number, month }) =>
              number === null ? (
                `${monthText(month, language)} `
              ) : (
                <a key={number} href={`/portal/invoices/${number}`}>
                  {t(`${number}（${monthText(month, language)}） `, `${number} (${month}) `)}
                </a>
              ),
            )}
          </p>
        </Alert>
      )}
      <Facts
        facts={[
          [t('契約', 'Contract'), <ContractLink id={approval.contract} names={contracts} />],
          approval.number !== undefined && [t('請求書', 'Invoice'), <InvoiceLink number={approval.number} />],
          [t('依頼した人', 'Asked by'), actors.byId(approval.requestedBy)],
          [t('依頼', 'Asked'), <At at={approval.requestedAt} />],
          [t('状態', 'State'), stateText(STATE[approval.state], t)],
          approval.decidedBy !== undefined && [t('決めた人', 'Decided by'), actors.byId(approval.decidedBy)],
          approval.reason !== undefined && [t('却下の理由', 'Why it was rejected'), approval.reason],
          [t('受付番号', 'Id'), <code>{approval.id}</code>],
        ]}
      />
      <Panel title={t('依頼の内容', 'What was asked for')}>
        <AskedChange kind={approval.kind} command={approval.command} />
      </Panel>
    </>
  );
}
