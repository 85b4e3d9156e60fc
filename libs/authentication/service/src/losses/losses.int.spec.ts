import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { authenticationService } from '../authentication.definition.ts';
import { denied, World } from '../testing/service.fixture.ts';

let world: World;
beforeAll(async () => (world = await World.open()));
afterAll(() => world?.close());

/** Two accept that the log lost its end. */
async function acceptLoss(): Promise<void> {
  const { standing } = world.service.store;
  await standing.enter([{ reader: 'checkpoint', detail: 'it is shorter' }], await world.service.store.last());
  await standing.propose('anna', 'the disk is gone');
  await standing.accept('ben', async (tx, loss) =>
    authenticationService.lossAccepted?.(tx, loss, world.now()),
  );
}

describe('what follows where the log of authentication lost its end', () => {
  it('no code up to the step after now is taken, for it may have been used; the next is', async () => {
    const person = await world.person();
    await acceptLoss();
    for (const steps of [-1, 0, 1])
      expect(await person.send(person.code(steps))).toEqual(denied('code_already_used'));
    world.clock.advance(60_000);
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
  });

  it('nor a code that confirms an enrolment', async () => {
    const contract = world.contract();
    const account = world.owners.register(contract, 'enrolling', world.now());
    const enrolled = await world.issue(account);
    await acceptLoss();
    const confirm = async () => (await world.confirm(enrolled, enrolled.phone.codeAt(world.now()))).body;
    expect(await confirm()).toMatchObject({ confirmed: false });
    world.clock.advance(60_000);
    expect(await confirm()).toMatchObject({ confirmed: true });
  });

  it('accounts with a failure in the last day of what was kept wait once more; older failures and none do not', async () => {
    const [calm, old, failing] = [await world.person(), await world.person(), await world.person()];
    await old.guess(1);
    world.clock.advance(25 * 3_600_000);
    await failing.guess(1);
    await acceptLoss();
    world.clock.advance(2_000);
    expect(await failing.send(failing.wrongCode())).toMatchObject({
      reason: 'locked',
      retryAfterSeconds: 28,
    });
    expect(await old.send(old.wrongCode())).toEqual(denied('invalid_code'));
    expect(await calm.send(calm.wrongCode())).toEqual(denied('invalid_code'));
    world.clock.advance(60_000);
    expect(await failing.send(failing.code())).toMatchObject({ result: 'success', decidedAt: world.now() });
  });
});
