import { Controller, Param } from '@nestjs/common';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { valuesOf } from '../../forms/field.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, readContract } from './contract-words.tsx';
import { aboutContract, filled } from './contract-form.ts';

/** Who the contractor is. */
@Controller('portal/contracts/:contract')
export class ApplicantController {
  @FormAt('applicant')
  @Access(inContract('administer', 'operator'))
  async changeApplicant(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    return runForm(visit, {
      ...aboutContract(visit, contract, t('契約者情報の変更', 'Change the contractor’s data')),
      lead: t('以後に発行する書類に使われます。', 'Documents issued later use it.'),
      initial: valuesOf(contract.applicant),
      fields: [
        {
          kind: 'text',
          name: 'name',
          label: t('契約者名', 'Name'),
          required: true,
          max: 200,
          autocomplete: 'organization',
        },
        { kind: 'text', name: 'department', label: t('部署', 'Department'), max: 200 },
        {
          kind: 'text',
          name: 'address',
          label: t('住所', 'Address'),
          max: 500,
          autocomplete: 'street-address',
        },
        { kind: 'email', name: 'email', label: t('メールアドレス', 'E-mail'), max: 254 },
      ],
      submit: t('変更する', 'Change'),
      send: async (values) => {
        await visit.api.PATCH('/v1/contracts/{id}/applicant', {
          params: { path: { id } },
          body: filled(values, ['name', 'department', 'address', 'email']),
        });
        return redirect(`${contractPath(id)}?done=applicant`);
      },
    });
  }
}
