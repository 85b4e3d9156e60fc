import { describe, it } from '@jest/globals';
import { whyLeftOut, whyNoSmtp } from '@smartkey/servers';
import { deliveryCrashes, TELLING } from './delivery-crashes.ts';

const left = whyLeftOut('', 'deliveries that are cut short, by a real mail server', whyNoSmtp);

(left === undefined ? describe : describe.skip)('SIGKILL at the steps of a delivery', () => {
  it('loses none, sends none twice, and tells of each once', async () => {
    await deliveryCrashes({ only: TELLING });
  }, 300_000);
});
