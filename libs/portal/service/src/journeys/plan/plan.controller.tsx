import { Controller, Get, Param } from '@nestjs/common';
import { orNothing } from '../../api/portal-api.ts';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import { doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { ofContract, readContract } from '../contracts/contract-words.tsx';
import { ChangesPanel, ConditionsPanel, DenialsPanel, EndPanel, PlanPanel } from './plan-panels.tsx';
import { FeesPanel, QuotesPanel } from './price-panels.tsx';

/** What was agreed: plan, prices, conditions, change of plan, and how it ends. */
@Controller('portal/contracts/:contract')
export class PlanController {
  @Get('plan')
  @Access(inContract('read', 'operator', 'finance', 'auditor'))
  async plan(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, api, query } = visit;
    const params = { params: { path: { id } } };
    const [contract, changes, quotes, notices, fees] = await Promise.all([
      readContract(visit, id),
      orNothing(api.GET('/v1/contracts/{id}/plan-changes', params)),
      orNothing(api.GET('/v1/contracts/{id}/quotes', params)),
      orNothing(api.GET('/v1/contracts/{id}/cancellation', params)),
      orNothing(api.GET('/v1/contracts/{id}/one-time-fees', params)),
    ]);
    return page({
      title: t('契約とプラン', 'Contract and plan'),
      section: 'plan',
      ...ofContract(contract),
      done: doneIn(query, {
        quoted: t('料金を提示しました', 'The prices were quoted'),
        proposed: t(
          '承認を依頼しました。別の担当者が承認すると有効になります',
          'Another person has to approve it',
        ),
        requested: t('プラン変更を申し込みました', 'The change of plan was requested'),
        'change-accepted': t('プラン変更を承諾しました', 'The change of plan was accepted'),
        'change-withdrawn': t('プラン変更を取り下げました', 'The change of plan was withdrawn'),
        condition: t('利用条件を記録しました', 'The condition was recorded'),
        'denial-reasons': t('認証できない理由の通知を変更しました', 'What is told of denials was changed'),
        withholding: t('提供の保留を記録しました', 'The withholding was recorded'),
        'fee-added': t('一時費用を記録しました', 'The one-time fee was recorded'),
        'fee-waived': t('一時費用を免除しました', 'The one-time fee was waived'),
        'notice-voided': t('解約のお申し込みを取り消しました', 'The notice was withdrawn'),
      }),
      body: (
        <>
          <PlanPanel contract={contract} />
          <ChangesPanel contract={contract} changes={changes?.items ?? []} />
          <QuotesPanel contract={contract} quotes={quotes?.items ?? contract.quotes} />
          <FeesPanel contract={contract} fees={fees?.items} />
          <ConditionsPanel contract={contract} />
          <DenialsPanel contract={contract} />
          <EndPanel contract={contract} notices={notices?.items ?? []} />
        </>
      ),
    });
  }
}
