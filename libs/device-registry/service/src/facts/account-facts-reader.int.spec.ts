import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountDecider, spansOf } from '@smartkey/device-registry-domain';
import { fold, type Fact, type ContractId, type DeviceId } from '@smartkey/kernel';
import type { AccountEvent } from '@smartkey/device-registry-domain';
import fc from 'fast-check';
import { World } from '../testing/world.fixture.ts';
import { AccountFactsReader } from './account-facts-reader.ts';

const VERBS = ['register', 'deregister', 'suspend', 'resume', 'enrol', 'start', 'revoke'] as const;

describe('an account as others are told it', () => {
  let world: World;
  let contract: ContractId;
  beforeAll(async () => {
    world = await World.open();
    contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
  });
  afterAll(() => world.close());

  it('is the account that the log tells, and the one that lists show, after any commands', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...VERBS), { maxLength: 12 }), async (verbs) => {
        const externalId = `any-${(count += 1)}`;
        const account = await world.register(contract, externalId);
        const path = `/v1/contracts/${contract}/ids`;
        let device: DeviceId | undefined;
        for (const verb of verbs) {
          if (verb === 'register') await world.call('POST', path, { externalId });
          else if (verb === 'deregister') await world.call('DELETE', `${path}/${account}`);
          else if (verb === 'start') await world.call('POST', `${path}/${account}/enrolments`, {});
          else if (verb === 'enrol') device = await world.enrol(contract, account).catch(() => device);
          else if (verb === 'revoke') await world.call('POST', `/v1/devices/${device}/revoke`, {});
          else await world.call('POST', `${path}/${account}/${verb}`, {});
        }
        const events = await world.events(account);
        const state = fold(accountDecider, events as unknown as Fact<AccountEvent>[]);
        if (state.status === 'unregistered') throw new Error('it was registered first');
        const facts = (await new AccountFactsReader(world.parts.store).read(account))!;
        expect(facts).toMatchObject({ account, contract, revision: events.length - 1, status: state.status });
        expect(facts.spells.map(({ spell: _spell, ...span }) => span)).toEqual(spansOf(state));
        expect(facts.devices).toEqual(
          Object.fromEntries(state.devices.map(({ device: id, status }) => [id, status])),
        );
        expect(facts.enrolment?.enrolment).toBe(state.enrolments.waiting?.enrolment);
        const shown = await world.call('GET', `${path}/${account}`);
        const listed = await world.call<{ items: unknown[] }>('GET', `${path}?externalId=${externalId}`);
        expect(listed.body.items).toEqual([shown.body]);
      }),
      { numRuns: 15 },
    );
  });
});
