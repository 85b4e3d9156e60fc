import { describe, expect, it } from '@jest/globals';
import type { JstDay } from '@smartkey/calendar';
import { noContractFacts, type ContractFacts } from '@smartkey/facts';
import type { FactsStore } from '@smartkey/projections';
import type { Peers } from '@smartkey/runtime';
import { ContractKnowledge } from './contract-knowledge.ts';

const contract = 'ctr_1';
const facts = (revision: number, lastDay?: JstDay): ContractFacts => ({
  ...noContractFacts(contract),
  revision,
  accepted: true,
  acceptedOn: '2018-01-01',
  ...(lastDay !== undefined && { lastDay }),
});

/** What is held here, and what the contract service says when it is asked. */
function known(held: ContractFacts | undefined, told: ContractFacts | undefined) {
  const kept: ContractFacts[] = [];
  let asked = 0;
  const store = {
    many: (ids: readonly string[]) => {
      const one = kept.at(-1) ?? held;
      return Promise.resolve(new Map(one === undefined ? [] : ids.map((id) => [id, one])));
    },
    put: (_id: string, put: ContractFacts) => Promise.resolve(void kept.push(put)),
  } as unknown as FactsStore<ContractFacts>;
  const peers: Peers = {
    call: () => {
      asked += 1;
      return Promise.resolve(told === undefined ? { status: 404, body: {} } : { status: 200, body: told });
    },
  };
  return { knowledge: new ContractKnowledge(store, peers), kept, asked: () => asked };
}

describe('what the registry knows of a contract', () => {
  it('keeps no prices, fees or persons of what it was told when it asked', async () => {
    const recipient = { name: '株式会社例示', department: '経理部' };
    const fee = {
      fee: 'fee_1',
      kind: 'one-time',
      amount: '3000',
      description: '設定',
      arisenOn: '2018-01-10',
      taxCode: 'standard',
      waived: false,
    } as const;
    const { knowledge, kept } = known(undefined, { ...facts(3), recipient, fees: [fee] });
    expect(await knowledge.termsAt(contract, '2018-01-10T00:00:00.000Z')).toEqual({
      accepted: true,
      acceptedOn: '2018-01-01',
    });
    expect(kept).toEqual([facts(3)]);
  });

  it('第6条: an end that is held is confirmed before it counts; one that is not held is not asked for', async () => {
    const end = '2018-01-31T15:00:00.000Z';
    const moved = known(facts(3, '2018-01-31'), facts(4, '2018-02-05'));
    expect(await moved.knowledge.endedBy(contract, end)).toBeUndefined();
    const confirmed = known(facts(3, '2018-01-31'), facts(3, '2018-01-31'));
    expect(await confirmed.knowledge.endedBy(contract, '2018-01-31T14:59:59.999Z')).toBeUndefined();
    expect(confirmed.asked()).toBe(0);
    expect(await confirmed.knowledge.endedBy(contract, end)).toBe('2018-01-31');
    const running = known(facts(3), undefined);
    expect(await running.knowledge.endedBy(contract, end)).toBeUndefined();
    expect(running.asked()).toBe(0);
  });

  it('第3条, 第6条: what would lead to a refusal is asked for first', async () => {
    const late = known(facts(3, '2018-01-31'), facts(4));
    expect(await late.knowledge.termsAt(contract, '2018-02-10T00:00:00.000Z')).toMatchObject({
      accepted: true,
    });
    const nowhere = known(undefined, undefined);
    expect(await nowhere.knowledge.termsAt(contract, '2018-02-10T00:00:00.000Z')).toBeUndefined();
  });
});
