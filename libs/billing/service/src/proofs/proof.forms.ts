import { IsRepeatable } from '@smartkey/http';

export class SinceQuery {
  @IsRepeatable(
    /^(contract|device-registry|authentication|billing):[1-9]\d{0,14}$/,
    'Must be services and sizes, such as contract:120, at most 100.',
    {
      optional: true,
      max: 100,
      description:
        'Sizes of logs that the reader holds checkpoints of, such as `contract:120`: their roots are shown. May be said several times.',
    },
  )
  since?: readonly string[];
}
