import { Controller, Param } from '@nestjs/common';
import { Alert } from '../../components/alert.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { aboutContract } from './contract-form.ts';
import { contractPath, readContract } from './contract-words.tsx';

/** Whether the contractor has the IIJ ID contract that this one needs (第3条), where no other system says so. */
@Controller('portal/contracts/:contract')
export class IijIdContractController {
  @FormAt('iij-id-contract')
  @Access(only('operator'))
  async tell(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, api } = visit;
    const contract = await readContract(visit, id);
    const { iijIdContract } = contract.applicant;
    const path = { iijIdContract };
    const told = await api.GET('/v1/iij-id-contracts/{iijIdContract}', { params: { path } });
    return runForm(visit, {
      ...aboutContract(
        visit,
        contract,
        t(`IIJ IDサービスの契約：${iijIdContract}`, `IIJ ID contract ${iijIdContract}`),
      ),
      lead: t(
        '契約者が、本サービスの前提となるIIJ IDサービスの契約を持っているかを記録します（第3条）。同じ番号のすべての契約に及びます。',
        'Whether the contractor has the contract that this one needs (第3条). It holds for every contract of the number.',
      ),
      above: told.source === 'http' && (
        <Alert
          kind="info"
          title={t(
            'この環境では、IIJ IDサービスの契約の状態を別のシステムが知らせます。ここでは変更できません。',
            'Another system tells of these contracts here: it cannot be changed by this page.',
          )}
        />
      ),
      initial: { active: String(told.active) },
      fields: [
        {
          kind: 'choice',
          name: 'active',
          label: t('状態', 'State'),
          required: true,
          options: [
            { value: 'true', label: t('有効', 'Active') },
            { value: 'false', label: t('失われている', 'Lost') },
          ],
        },
      ],
      submit: t('記録する', 'Record it'),
      send: async (values) => {
        await api.PUT('/v1/iij-id-contracts/{iijIdContract}', {
          params: { path },
          body: { active: values['active'] === 'true' },
        });
        return redirect(`${contractPath(id)}?done=iij-id`);
      },
    });
  }
}
