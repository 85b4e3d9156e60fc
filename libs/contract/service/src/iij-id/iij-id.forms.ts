import { IsTrueOrFalse } from '@smartkey/http';

export class IijIdContractForm {
  @IsTrueOrFalse({ description: 'Whether the IIJ ID contract is active.' })
  active!: boolean;
}
