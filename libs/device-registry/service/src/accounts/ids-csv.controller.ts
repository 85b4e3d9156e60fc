import { Controller, Query, type StreamableFile } from '@nestjs/common';
import { IMPORT_COLUMNS, keptThroughFile, type ImportAction } from '@smartkey/device-registry-domain';
import {
  allPages,
  ApiTags,
  awaitConsistency,
  ConsistencyToken,
  csvFile,
  CsvQuery,
  IdParam,
  IsOneOf,
  Route,
  type ConsistencyMark,
  inContract,
} from '@smartkey/http';
import { ERASED } from '@smartkey/event-store';
import type { ContractId } from '@smartkey/kernel';
import type { AccountStatus } from '@smartkey/messages';
import { AccountDirectory } from '../directory/account-directory.ts';
import type { AccountView } from './account-view.ts';

/** IDs that are read and opened at once. */
const PAGE = 1_000;

/** What an import is asked for so that an ID is as it is. */
const ACTIONS: Readonly<Record<AccountStatus, ImportAction>> = {
  registered: 'register',
  suspended: 'suspend',
  deregistered: 'deregister',
};

class IdsCsvQuery extends CsvQuery {
  @IsOneOf(Object.keys(ACTIONS), { optional: true })
  status?: AccountStatus;
}

@ApiTags('device registry')
@Controller('v1/contracts/:id')
export class IdsCsvController {
  constructor(private readonly directory: AccountDirectory) {}

  @Route('GET ids.csv', {
    summary: 'The IDs of a contract as a CSV file that an import takes again',
    description:
      'Columns externalId, displayName, action: `register` of an ID that is registered, `suspend` of a suspended, `deregister` of a deregistered one. Imported again it changes nothing. IDs whose data were erased are left out; an import takes up to 100,000 rows.',
    ...inContract('read'),
    produces: ['text/csv'],
    consistent: true,
    errors: { 422: 'The encoding is none, or has no place for some of the characters.' },
  })
  async file(
    @IdParam('id', 'ctr') contract: ContractId,
    @Query() { status, encoding }: IdsCsvQuery,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<StreamableFile> {
    await awaitConsistency(this.directory.reader, marks);
    return csvFile({
      name: `ids-${contract}.csv`,
      columns: IMPORT_COLUMNS,
      pages: () => this.#pages(contract, status),
      encoding,
    });
  }

  async *#pages(
    contract: ContractId,
    status: AccountStatus | undefined,
  ): AsyncGenerator<readonly (readonly string[])[]> {
    const wanted = { limit: PAGE, ...(status !== undefined && { status }) };
    const pages = allPages((cursor) =>
      this.directory.page(contract, { ...wanted, ...(cursor !== undefined && { cursor }) }),
    );
    for await (const items of pages) yield items.filter(({ externalId }) => externalId !== ERASED).map(rowOf);
  }
}

const rowOf = ({ externalId, displayName = '', status }: AccountView): readonly string[] => [
  keptThroughFile(externalId),
  keptThroughFile(displayName),
  ACTIONS[status],
];
