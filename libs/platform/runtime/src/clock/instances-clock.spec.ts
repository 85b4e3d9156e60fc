import { describe, expect, it } from '@jest/globals';
import type { Instant } from '@smartkey/kernel';
import { PeerUnavailableError } from '../service-definition.ts';
import type { ClockedService } from './advance-clock.ts';
import { InstancesClock } from './instances-clock.ts';

const START: Instant = '2018-01-01T00:00:00.000Z';
const MOVED: Instant = '2018-02-01T00:00:00.000Z';
const PATIENCE = { lease: 200, answer: 50 };

type State = 'up' | 'down' | 'paused' | 'slow' | 'failing';

/** Instances of one service: what is stored, each knows, once it is up. */
class Instance implements ClockedService {
  readonly name = 'contract';
  readonly told: string[] = [];

  constructor(
    public state: State,
    private readonly stored: { now: Instant } = { now: START },
  ) {}

  now = () => this.#answer('now', () => this.stored.now);
  nextDue = () => this.#answer('nextDue', () => MOVED);
  takeOver = (now: Instant) => this.#answer('takeOver', () => void (this.stored.now = now));
  settle: (instant: Instant) => Promise<void> = () => this.#answer('settle', () => undefined);

  async #answer<T>(what: string, value: () => T): Promise<T> {
    this.told.push(what);
    if (this.state === 'down')
      throw new PeerUnavailableError('contract', 'away', {
        cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
      });
    if (this.state === 'failing') throw new PeerUnavailableError('contract', 'answered 503');
    if (this.state === 'paused') return new Promise<never>(() => undefined);
    if (this.state === 'slow') await new Promise((resolve) => setTimeout(resolve, 2 * PATIENCE.answer));
    return value();
  }
}

function serviceOf(...states: State[]): { clock: InstancesClock; instances: Instance[] } {
  const stored = { now: START };
  const instances = states.map((state) => new Instance(state, stored));
  return { clock: new InstancesClock('contract', instances, PATIENCE), instances };
}

describe('the sandbox clock of a service with several instances', () => {
  it('is told to each of them', async () => {
    const { clock, instances } = serviceOf('up', 'up');
    await clock.takeOver(MOVED);
    expect(instances.map((instance) => instance.told)).toEqual([['takeOver'], ['takeOver']]);
    expect(await clock.now()).toBe(MOVED);
  });

  it('passes over one that is down, after asking it twice: it may have been starting', async () => {
    const { clock, instances } = serviceOf('down', 'up');
    await clock.takeOver(MOVED);
    expect(instances[0]!.told).toEqual(['takeOver', 'takeOver']);
    expect(await clock.now()).toBe(MOVED);
    expect(await clock.nextDue()).toBe(MOVED);
    await clock.settle(MOVED);
  });

  it('passes over one that is paused only when it cannot go by an earlier time any more', async () => {
    const { clock, instances } = serviceOf('paused', 'up');
    let done = false;
    const moving = clock.takeOver(MOVED).then(() => (done = true));
    await new Promise((resolve) => setTimeout(resolve, PATIENCE.lease / 2));
    expect(done).toBe(false);
    await moving;
    expect(instances[1]!.told).toEqual(['takeOver']);
    expect(await clock.now()).toBe(MOVED);
  });

  it('asks one that is paused after the others, once it is known', async () => {
    const { clock, instances } = serviceOf('paused', 'up');
    expect(await clock.nextDue()).toBe(MOVED);
    await clock.settle(MOVED);
    expect(await clock.nextDue()).toBe(MOVED);
    expect(instances[0]!.told).toEqual(['nextDue']);
  });

  it('has what is due settled by another where the one that was at it falls silent', async () => {
    const { clock, instances } = serviceOf('up', 'up');
    instances[0]!.settle = () => {
      instances[0]!.state = 'paused';
      return new Promise(() => undefined);
    };
    await clock.settle(MOVED);
    expect(instances[1]!.told).toContain('settle');
  });

  it('waits for one that is long at it and alive', async () => {
    const { clock, instances } = serviceOf('up', 'up');
    instances[0]!.settle = () => new Promise((resolve) => setTimeout(resolve, 4 * PATIENCE.answer));
    await clock.settle(MOVED);
    expect(instances[0]!.told).toContain('now');
    expect(instances[1]!.told).toEqual([]);
  });

  it('does not pass over one that is up and fails', async () => {
    const { clock } = serviceOf('up', 'failing');
    await expect(clock.takeOver(MOVED)).rejects.toThrow('503');
    const { clock: failingFirst } = serviceOf('failing', 'up');
    await expect(failingFirst.settle(MOVED)).rejects.toThrow('503');
  });

  it('waits for one that is slow where no other is up', async () => {
    for (const states of [
      ['down', 'slow'],
      ['slow', 'down'],
      ['paused', 'slow'],
    ] as const) {
      const { clock } = serviceOf(...states);
      expect(await clock.now()).toBe(START);
      await clock.takeOver(MOVED);
      await clock.settle(MOVED);
      expect(await clock.now()).toBe(MOVED);
    }
  });

  it('is unavailable, which can be asked again, where one is down and the other says nothing', async () => {
    const { clock } = serviceOf('down', 'paused');
    for (const call of [clock.now(), clock.nextDue(), clock.settle(MOVED)])
      await expect(call).rejects.toMatchObject({ name: 'PeerUnavailableError' });
  });

  it('does not wait again for one that has come up and says nothing: it looks before it goes by any time', async () => {
    const { clock, instances } = serviceOf('down', 'up');
    const down = instances[0]!;
    const told = down.takeOver;
    down.takeOver = (now) => {
      const answer = told(now);
      down.state = 'paused';
      return answer;
    };
    await clock.takeOver(MOVED);
    expect(down.told).toEqual(['takeOver', 'takeOver']);
  });

  it('fails where none is up', async () => {
    const { clock } = serviceOf('down', 'down');
    for (const call of [clock.now(), clock.nextDue(), clock.takeOver(MOVED), clock.settle(MOVED)])
      await expect(call).rejects.toThrow(PeerUnavailableError);
  });
});
