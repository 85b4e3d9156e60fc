import { schema } from '@smartkey/http';
import type { IijIdDirectory } from './iij-id-directory.ts';

/** An IIJ ID contract as the operator sees it (第3条). */
export interface IijIdContractView {
  readonly id: string;
  readonly active: boolean;
  readonly source: IijIdDirectory['source'];
}

export const iijIdContractSchema = schema.object({
  id: schema.text(),
  active: schema.trueOrFalse(),
  source: schema.oneOf(['embedded', 'http']),
  'contracts?': schema.list(schema.idOf('ctr')),
});
