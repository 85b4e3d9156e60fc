import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enterpriseQuote } from '@smartkey/testing/end-to-end';
import { amountsOf } from './stories/amounts.fixture.ts';
import { january2024 } from './stories/january-2024.fixture.ts';
import { onNewSystem, type Stage } from './stories/stage.fixture.ts';
import { twoPlansAndAnEnd } from './stories/two-plans-and-an-end.fixture.ts';

january2024(onNewSystem);

describe('Consumption tax: the first pattern in September 2019', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await onNewSystem('2019-08-31T15:00:00Z');
  });
  afterAll(() => stage?.clear());

  it('is rated over 30 days at the old 8 %: 40,529 + 3,242 = 43,771', async () => {
    const contract = await stage.steps.accepted('enterprise', '2019-09-01', enterpriseQuote('2019-09'));
    await stage.steps.registerMany(contract, 100, 'all-');
    await stage.steps.setClock('2019-09-14T00:00:00Z');
    await stage.steps.registerMany(contract, 3, 'late-');
    for (const externalId of ['x', 'y'])
      await stage.operator.delete(
        `/contracts/${contract}/ids/${await stage.steps.register(contract, externalId)}`,
      );
    await stage.steps.setClock('2019-10-01T00:00:00Z');
    await stage.steps.close('2019-09');
    const [invoice] = await stage.steps.invoices(contract, '2019-09');
    expect(amountsOf(invoice)['account-usage']).toBe('30529');
    expect(invoice).toMatchObject({ net: '40529', tax: '3242', total: '43771' });
  });
});

twoPlansAndAnEnd(onNewSystem);
