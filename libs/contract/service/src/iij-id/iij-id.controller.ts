import { Body, Controller, Inject, Param } from '@nestjs/common';
import { Route, ProblemException, unavailable, validationFailed } from '@smartkey/http';
import { ContractDirectory } from '../directory/contract-directory.ts';
import { EmbeddedIijIdDirectory } from './embedded-iij-id-directory.ts';
import { IIJ_ID_DIRECTORY, IijIdDirectoryUnavailableError, type IijIdDirectory } from './iij-id-directory.ts';
import type { IijIdContractView } from './iij-id-view.ts';
import { IijIdWatch } from './iij-id-watch.ts';
import { IijIdContractForm } from './iij-id.forms.ts';

/** The directory of IIJ ID contracts (第3条), as the operator sees it and, where it is the embedded one, keeps it. */
@Controller('v1/iij-id-contracts/:iijIdContract')
export class IijIdController {
  constructor(
    @Inject(IIJ_ID_DIRECTORY) private readonly iijId: IijIdDirectory,
    private readonly watch: IijIdWatch,
    private readonly contracts: ContractDirectory,
  ) {}

  @Route('GET', {
    summary: 'Whether an IIJ ID contract is active (第3条)',
    roles: ['operator'],
  })
  async show(@Param('iijIdContract') id: string): Promise<IijIdContractView> {
    const active = await orUnavailable(this.iijId.activeAmong([id]));
    return { id, active: active.has(id), source: this.iijId.source };
  }

  @Route('PUT', {
    summary: 'Tell the embedded directory whether an IIJ ID contract is active (第3条)',
    description:
      'Contracts of the contractor record the loss or return and go on. What the directory was told nothing of counts as active.',
    roles: ['operator'],
    body: IijIdContractForm,
    errors: { 409: 'The directory is kept elsewhere (SMARTKEY_IIJ_ID_URL).' },
  })
  async put(
    @Param('iijIdContract') id: string,
    @Body() { active }: IijIdContractForm,
  ): Promise<IijIdContractView> {
    if (!(this.iijId instanceof EmbeddedIijIdDirectory))
      throw new ProblemException(
        409,
        'directory-kept-elsewhere',
        'The directory of IIJ ID contracts is kept elsewhere; it is only asked here.',
      );
    if ([...id].length > 100)
      throw validationFailed([
        { pointer: '/iijIdContract', rule: 'max-length', detail: 'At most 100 characters.' },
      ]);
    await this.iijId.put(id, active);
    await this.contracts.reader.current();
    const contracts = await orUnavailable(this.watch.check(id));
    return { id, active, source: this.iijId.source, contracts };
  }
}

async function orUnavailable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof IijIdDirectoryUnavailableError)
      throw unavailable('The directory of IIJ ID contracts cannot be reached now.');
    throw error;
  }
}
