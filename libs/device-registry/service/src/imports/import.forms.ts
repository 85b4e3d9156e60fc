import { IsFlagText } from '@smartkey/http';

export class ImportQuery {
  @IsFlagText({ optional: true, description: 'The same results, without any effect.' })
  dryRun = false;
}
