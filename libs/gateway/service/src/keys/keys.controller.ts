import { Body, Controller, Query } from '@nestjs/common';
import {
  ApiTags,
  Command,
  CurrentActor,
  Route,
  PageQuery,
  written,
  type CommandContext,
  type Page,
  type Written,
  IdParam,
  inContract,
} from '@smartkey/http';
import type { Actor, ContractId, KeyId } from '@smartkey/kernel';
import { ContractKeyForm, OfficeKeyForm } from './key.form.ts';
import { KeyManagement, type CreatedKey } from './key-management.ts';
import type { KeyRecord } from './key-store.ts';

const ENDS_WITH_MAKER =
  'It ends no later than the key that makes it, whatever is asked for, and is revoked with that one.';
const MAKER_REVOKED = 'The key that asks was revoked meanwhile, or the secret was answered before.';

const created = (key: CreatedKey): Written<CreatedKey> => written(key, { revision: 0 });

@ApiTags('Keys')
@Controller('v1')
export class KeysController {
  constructor(private readonly keys: KeyManagement) {}

  @Route('POST contracts/:id/keys', {
    summary: 'Makes a key bound to one contract',
    description: ENDS_WITH_MAKER,
    roles: ['operator', 'contractor'],
    right: 'administer',
    stepUp: true,
    contract: 'id',
    body: ContractKeyForm,
    status: 201,
    write: true,
    secret: true,
    errors: { 404: 'No such contract.', 409: MAKER_REVOKED, 422: 'A field is broken.' },
  })
  async createForContract(
    @IdParam('id', 'ctr') contract: ContractId,
    @Body() form: ContractKeyForm,
    @Command() command: CommandContext,
  ): Promise<Written<CreatedKey>> {
    return created(await this.keys.create({ ...form, contract }, command));
  }

  @Route('POST keys', {
    summary: 'Makes a key for operators, finance or auditors',
    description: ENDS_WITH_MAKER,
    roles: ['operator'],
    stepUp: true,
    body: OfficeKeyForm,
    status: 201,
    write: true,
    secret: true,
    errors: { 409: MAKER_REVOKED, 422: 'A field is broken.' },
  })
  async create(
    @Body() form: OfficeKeyForm,
    @Command() command: CommandContext,
  ): Promise<Written<CreatedKey>> {
    return created(await this.keys.create(form, command));
  }

  @Route('GET contracts/:id/keys', {
    summary: 'Lists the keys of a contract',
    ...inContract('administer'),
  })
  listOfContract(
    @IdParam('id', 'ctr') contract: ContractId,
    @Query() query: PageQuery,
  ): Promise<Page<KeyRecord>> {
    return this.keys.list(query, contract);
  }

  @Route('GET keys', { summary: 'Lists all keys', roles: ['operator'] })
  list(@Query() query: PageQuery): Promise<Page<KeyRecord>> {
    return this.keys.list(query);
  }

  @Route('DELETE keys/:kid', {
    summary: 'Revokes a key: it fails from the next request on',
    description: 'Keys that were made by it, and by those, are revoked with it.',
    roles: ['operator', 'contractor'],
    right: 'administer',
    stepUp: true,
    write: true,
    errors: { 404: 'No such key, or not one of this contract.' },
  })
  async revoke(@IdParam('kid', 'key') id: KeyId, @CurrentActor() actor: Actor): Promise<Written<KeyRecord>> {
    return written(await this.keys.revoke(id, actor), { revision: 1 });
  }
}
