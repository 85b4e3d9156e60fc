import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { eventIdOf } from '@smartkey/identity';
import {
  type Actor,
  conflict,
  type Decider,
  type DomainEvent,
  type Instant,
  notFound,
  ok,
} from '@smartkey/kernel';
import { TestClock } from '@smartkey/testing';
import {
  CommandHandler,
  ContendedStreamError,
  createEventStore,
  DuplicateEventError,
  EventCodec,
  MOST_APPEND_BYTES,
  WrongExpectedRevisionError,
  type CommandContext,
  type EventStore,
  type PostgresEventStore,
} from '../index.ts';

type Opened = DomainEvent<'Opened', { readonly at: string }>;
type Paid = DomainEvent<'Paid', { readonly amount: number }>;
type Closed = DomainEvent<'Closed', object>;
type AccountEvent = Opened | Paid | Closed;
type Command =
  | { readonly kind: 'open'; readonly at: string }
  | { readonly kind: 'pay'; readonly amount: number; readonly on?: Instant; readonly parts?: number }
  | { readonly kind: 'close' };
interface Account {
  readonly status: 'none' | 'open' | 'closed';
  readonly paid: number;
}

const account: Decider<Account, Command, AccountEvent> = {
  initial: { status: 'none', paid: 0 },
  evolve(state, event) {
    if (event.type === 'Opened') return { ...state, status: 'open' };
    if (event.type === 'Paid') return { ...state, paid: state.paid + event.data.amount };
    return { ...state, status: 'closed' };
  },
  decide(command, state) {
    if (command.kind === 'open')
      return state.status === 'none'
        ? ok([{ type: 'Opened', version: 1, data: { at: command.at } }])
        : conflict('open-already', 'It is open already.');
    if (state.status === 'none') return notFound('no-account', 'There is none.');
    if (command.kind === 'close')
      return ok(state.status === 'closed' ? [] : [{ type: 'Closed', version: 1, data: {} }]);
    if (state.status === 'closed') return conflict('closed', 'It is closed.', { rule: '第6条' });
    const { amount, on, parts = 1 } = command;
    return ok(
      Array.from({ length: parts }, () => ({
        type: 'Paid',
        version: 1,
        data: { amount },
        ...(on && { occurredAt: on }),
      })),
    );
  },
};

const actor: Actor = { role: 'operator', key: 'key_1' };
let commands = 0;
const once = (): CommandContext => ({ commandId: `cmd_${(commands += 1)}`, actor });
const repeatable = (): CommandContext => ({ ...once(), repeatable: true });

describe('the command handler', () => {
  const clock = new TestClock('2018-01-10T00:00:00.000Z');
  let server: DatabaseServer;
  let store: PostgresEventStore;
  const handlerOn = (over: EventStore, category = 'account') =>
    new CommandHandler({
      store: over,
      clock,
      decider: account,
      codec: new EventCodec<AccountEvent>({ Opened: {}, Paid: {}, Closed: {} }),
      category,
      termsVersion: (event, occurredAt) => (event.type === 'Closed' ? undefined : occurredAt.slice(0, 4)),
    });
  let handler: CommandHandler<Account, Command, AccountEvent>;
  let ids = 0;
  const freshId = () => `acc_${(ids += 1)}`;

  const open = (id: string, context = once()) => handler.handle(id, context, (at) => ({ kind: 'open', at }));
  const pay = (id: string, amount: number, context = once()) =>
    handler.handle(id, context, () => ({ kind: 'pay', amount }));
  async function opened(): Promise<string> {
    const id = freshId();
    await open(id);
    return id;
  }

  beforeAll(async () => {
    server = await openPglite(undefined);
    store = await createEventStore(await server.database('service'), clock);
    handler = handlerOn(store);
  });
  afterAll(() => server.close());

  it('creates, changes, and says what became of it', async () => {
    const id = freshId();
    const context: CommandContext = {
      ...once(),
      causationId: eventIdOf('cause', 0),
      traceparent: '00-1-2-00',
    };
    const created = await open(id, context);
    expect(created).toMatchObject({
      ok: true,
      value: { id, revision: 0, repeated: false, state: { status: 'open', paid: 0 } },
    });
    const [event] = await store.readStream(`account-${id}`);
    expect(event).toMatchObject({
      id: eventIdOf(context.commandId, 0),
      occurredAt: clock.now(),
      data: { at: clock.now() },
      metadata: {
        commandId: context.commandId,
        actor,
        termsVersion: '2018',
        causationId: context.causationId,
        traceparent: '00-1-2-00',
      },
    });
    expect(created.ok && created.value.events).toEqual([event]);
    expect(created.ok && created.value.position).toBe(event!.position);
    expect(await pay(id, 300)).toMatchObject({ ok: true, value: { revision: 1, state: { paid: 300 } } });
    const closed = await handler.handle(id, once(), () => ({ kind: 'close' }));
    expect(closed.ok && 'termsVersion' in closed.value.events[0]!.metadata).toBe(false);
  });

  it('hands a refusal on, and writes nothing', async () => {
    const id = freshId();
    expect(await pay(id, 1)).toMatchObject({ ok: false, error: { code: 'no-account', kind: 'not-found' } });
    expect(await store.readStream(`account-${id}`)).toEqual([]);
  });

  it('answers with the state where the fact holds already, and writes nothing', async () => {
    const id = await opened();
    const close = () => handler.handle(id, once(), () => ({ kind: 'close' }));
    const first = await close();
    const again = await close();
    expect(again).toMatchObject({ ok: true, value: { revision: 1, events: [], repeated: false } });
    expect(again.ok && again.value.position).toBe(first.ok && first.value.position);
  });

  it('refuses what is more than the log takes at once, alone and among many, and writes nothing of it', async () => {
    const [id, other] = [await opened(), await opened()];
    const refused = {
      ok: false,
      error: { kind: 'invalid', code: 'too-large-for-log', detail: expect.stringMatching(/\d+ bytes/) },
    };
    const large = { kind: 'pay', amount: 1, parts: 5_000 } as const;
    expect(await handler.handle(id, once(), () => large)).toMatchObject(refused);
    const many = await handler.handleMany([
      { id, context: once(), command: () => large },
      { id: other, context: once(), command: () => ({ kind: 'pay', amount: 2 }) },
    ]);
    expect(many).toMatchObject([refused, { ok: true, value: { state: { paid: 2 } } }]);
    const enormous = await handler.handle(freshId(), once(), () => ({
      kind: 'open',
      at: 'x'.repeat(MOST_APPEND_BYTES),
    }));
    expect(enormous).toMatchObject(refused);
    expect(await store.readStream(`account-${id}`)).toHaveLength(1);
  });

  describe('If-Match', () => {
    it('lets the command through at the revision it names, and refuses it at another', async () => {
      const id = await opened();
      expect(await pay(id, 1, { ...once(), ifMatch: 0 })).toMatchObject({ ok: true });
      expect(await pay(id, 1, { ...once(), ifMatch: 0 })).toMatchObject({
        ok: false,
        error: { kind: 'conflict', code: 'revision-mismatch' },
      });
      expect(await pay(freshId(), 1, { ...once(), ifMatch: 0 })).toMatchObject({
        error: { code: 'no-account' },
      });
    });

    it('lets one of several at once win', async () => {
      const id = await opened();
      const other = handlerOn(store);
      const results = await Promise.all(
        [handler, other, handler, other].map((one) =>
          one.handle(id, { ...once(), ifMatch: 0 }, () => ({ kind: 'pay', amount: 1 })),
        ),
      );
      expect(results.filter((result) => result.ok)).toHaveLength(1);
    });
  });

  describe('a command that comes again', () => {
    it('tells what a command that comes again has told something of, before anything is judged', async () => {
      const context = repeatable();
      const id = freshId();
      expect(await handler.toldBefore(context)).toBeUndefined();
      await open(id, context);
      expect(await handler.toldBefore(context)).toBe(id);
      expect(await handler.toldBefore({ ...context, repeatable: false })).toBeUndefined();
      expect(await handler.toldBefore(repeatable())).toBeUndefined();
    });

    it('is answered as the first time, though the stream has gone on since', async () => {
      const id = await opened();
      const context = repeatable();
      const twice = () => handler.handle(id, context, () => ({ kind: 'pay', amount: 5, parts: 2 }));
      const first = await twice();
      await pay(id, 100);
      await handler.handle(id, once(), () => ({ kind: 'close' }));
      expect(first).toMatchObject({ ok: true, value: { revision: 2, state: { paid: 10, status: 'open' } } });
      expect(await twice()).toEqual({ ok: true, value: { ...(first.ok && first.value), repeated: true } });
      expect(await store.readStream(`account-${id}`)).toHaveLength(5);
    });

    it('and was to create under a fresh id, finds what it created', async () => {
      const context = repeatable();
      const id = freshId();
      const first = await open(id, context);
      await pay(id, 7);
      const again = await open(freshId(), context);
      expect(again).toEqual({ ok: true, value: { ...(first.ok && first.value), repeated: true } });
      expect(again).toMatchObject({ value: { id, state: { paid: 0 } } });
    });

    it('while the first is on its way makes no second fact, under one id or many', async () => {
      const context = repeatable();
      const handlers = [handler, handlerOn(store), handlerOn(store)];
      const results = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          handlers[i % 3]!.handle(freshId(), context, (at) => ({ kind: 'open', at })),
        ),
      );
      expect(results.filter((result) => result.ok && !result.value.repeated)).toHaveLength(1);
      expect(new Set(results.map((result) => result.ok && result.value.id)).size).toBe(1);

      const id = await opened();
      const payment = repeatable();
      const payments = await Promise.all(
        Array.from({ length: 9 }, (_, i) =>
          handlers[i % 3]!.handle(id, payment, () => ({ kind: 'pay', amount: 1 })),
        ),
      );
      expect(payments.filter((result) => result.ok && !result.value.repeated)).toHaveLength(1);
      expect((await handler.load(id))?.state.paid).toBe(1);
    });

    it('on another kind of aggregate is an error, never a wrong answer', async () => {
      const context = repeatable();
      await open(freshId(), context);
      const others = handlerOn(store, 'other');
      await expect(others.handle(freshId(), context, (at) => ({ kind: 'open', at }))).rejects.toBeInstanceOf(
        DuplicateEventError,
      );
    });

    it('on another stream that exists is an error, never a wrong answer', async () => {
      const context = repeatable();
      await pay(await opened(), 1, context);
      await expect(pay(await opened(), 1, context)).rejects.toBeInstanceOf(DuplicateEventError);
    });
  });

  describe('others who write at the same time', () => {
    it('cost no command: 60 at once by three instances are all carried out', async () => {
      const id = await opened();
      const handlers = [handler, handlerOn(store), handlerOn(store)];
      const results = await Promise.all(
        Array.from({ length: 60 }, (_, i) =>
          handlers[i % 3]!.handle(id, once(), () => ({ kind: 'pay', amount: 1 })),
        ),
      );
      expect(results.every((result) => result.ok)).toBe(true);
      expect((await handler.load(id))?.state.paid).toBe(60);
    });

    it('that never stop are reported by type, after a bounded number of attempts', async () => {
      let appends = 0;
      const contended = handlerOn(
        over(store, {
          append: ({ stream, expected }) => {
            appends += 1;
            return Promise.reject(new WrongExpectedRevisionError(stream, expected, appends));
          },
        }),
      );
      const handled = contended.handle(freshId(), once(), (at) => ({ kind: 'open', at }));
      await expect(handled).rejects.toBeInstanceOf(ContendedStreamError);
      expect(appends).toBe(20);
    });
  });

  describe('the fence of the log', () => {
    it('makes a command decide again at its instant', async () => {
      const id = freshId();
      const fence = '2018-01-10T00:00:05.000Z';
      await store.raiseFence(fence);
      const instants: string[] = [];
      const handled = await handler.handle(id, once(), (at) => {
        instants.push(at);
        return { kind: 'open', at };
      });
      expect(instants).toEqual(['2018-01-10T00:00:00.000Z', fence]);
      expect(handled).toMatchObject({
        ok: true,
        value: { events: [{ occurredAt: fence, data: { at: fence } }] },
      });
      clock.set('2018-01-10T00:00:06.000Z');
      expect(await pay(id, 1)).toMatchObject({ value: { events: [{ occurredAt: clock.now() }] } });
    });

    it('does not hold for facts that are dated by themselves', async () => {
      const id = await opened();
      const on = '2018-01-05T15:00:00.000Z';
      const dated = await handler.handle(id, once(), () => ({ kind: 'pay', amount: 9, on }));
      expect(dated).toMatchObject({
        ok: true,
        value: { events: [{ occurredAt: on, recordedAt: clock.now() }] },
      });
    });
  });

  describe('looking back', () => {
    let id: string;
    beforeAll(async () => {
      clock.set('2018-02-01T00:00:00.000Z');
      id = await opened();
      clock.set('2018-02-10T00:00:00.000Z');
      await pay(id, 10);
      clock.set('2018-02-20T00:00:00.000Z');
      await handler.handle(id, once(), () => ({ kind: 'pay', amount: 500, on: '2018-02-05T00:00:00.000Z' }));
    });

    it('tells what is', async () => {
      expect(await handler.load(id)).toMatchObject({ id, revision: 2, state: { paid: 510 } });
      expect(await handler.load(freshId())).toBeUndefined();
    });

    it.each([
      [{ atRevision: 1 }, 10],
      [{ asOf: '2018-02-04T00:00:00.000Z' }, 0],
      [{ asOf: '2018-02-05T00:00:00.000Z' }, 500],
      [{ knownAt: '2018-02-19T23:59:59.999Z' }, 10],
      [{ asOf: '2018-02-06T00:00:00.000Z', knownAt: '2018-02-15T00:00:00.000Z' }, 0],
    ] as const)('tells what was true, or known, then: %j', async (at, paid) => {
      expect((await handler.load(id, at))?.state.paid).toBe(paid);
    });

    it('knows nothing of the time before the first event', async () => {
      expect(await handler.load(id, { asOf: '2018-01-31T00:00:00.000Z' })).toBeUndefined();
    });

    it('gives the history in pages', async () => {
      const first = await handler.history(id, { limit: 2 });
      expect(first).toMatchObject({ next: 2, events: [{ revision: 0 }, { revision: 1 }] });
      expect(await handler.history(id, { from: 2, limit: 2 })).toMatchObject({
        next: undefined,
        events: [{ revision: 2 }],
      });
      expect((await handler.history(id)).events).toHaveLength(3);
    });
  });

  describe('many commands together', () => {
    const request = (id: string, command: Command, context = once()) => ({
      id,
      context,
      command: () => command,
    });
    const openIt: Command = { kind: 'open', at: 'now' };

    it('are carried out each by itself, and answered in their order', async () => {
      const [existing, fresh, twice] = [await opened(), freshId(), freshId()];
      const repeat = repeatable();
      const created = repeatable();
      const original = freshId();
      await pay(existing, 1, repeat);
      await open(original, created);
      const results = await handler.handleMany([
        request(fresh, openIt),
        request(existing, { kind: 'pay', amount: 2 }),
        request(freshId(), { kind: 'pay', amount: 2 }),
        request(twice, openIt),
        request(twice, { kind: 'pay', amount: 3, parts: 2 }),
        request(twice, openIt),
        request(existing, { kind: 'pay', amount: 1 }, repeat),
        request(freshId(), openIt, created),
      ]);
      expect(results).toMatchObject([
        { ok: true, value: { id: fresh, revision: 0, state: { status: 'open' } } },
        { ok: true, value: { id: existing, revision: 2, state: { paid: 3 } } },
        { ok: false, error: { code: 'no-account' } },
        { ok: true, value: { id: twice, revision: 0 } },
        { ok: true, value: { id: twice, revision: 2, state: { paid: 6 } } },
        { ok: false, error: { code: 'open-already' } },
        { ok: true, value: { id: existing, revision: 1, repeated: true, state: { paid: 1 } } },
        { ok: true, value: { id: original, repeated: true } },
      ]);
    });

    it('of a whole import take a handful of calls of the store, and none for its repeat', async () => {
      const calls: string[] = [];
      const counted = handlerOn(
        new Proxy(store, {
          get: (target, name) => {
            const method = target[name as keyof EventStore] as (...parameters: unknown[]) => unknown;
            return (...parameters: unknown[]) => {
              calls.push(String(name));
              return method.apply(target, parameters);
            };
          },
        }),
      );
      const requests = Array.from({ length: 300 }, () => request(freshId(), openIt, repeatable()));
      const first = await counted.handleMany(requests);
      expect(first.every((result) => result.ok && !result.value.repeated)).toBe(true);
      expect(calls).toEqual(['readStreams', 'appendMany']);
      const again = await counted.handleMany(requests);
      expect(again).toEqual(
        first.map((result) => ({ ok: true, value: { ...(result.ok && result.value), repeated: true } })),
      );
    });

    it('decide again behind the fence', async () => {
      const fence = '2018-02-21T00:00:00.000Z';
      await store.raiseFence(fence);
      const results = await handler.handleMany([request(freshId(), openIt), request(freshId(), openIt)]);
      expect(results).toMatchObject([
        { ok: true, value: { events: [{ occurredAt: fence }] } },
        { ok: true, value: { events: [{ occurredAt: fence }] } },
      ]);
    });
  });
});

/** The store, but for some of its methods. */
const over = (store: EventStore, methods: Partial<EventStore>): EventStore =>
  new Proxy(store, {
    get: (target, name) => {
      const own = methods[name as keyof EventStore];
      if (own) return own;
      const method = target[name as keyof EventStore] as (...parameters: unknown[]) => unknown;
      return method.bind(target);
    },
  });
