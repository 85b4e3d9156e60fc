import { beforeEach, describe, expect, it } from '@jest/globals';
import { derivedUuid } from '@smartkey/identity';
import type { DomainEvent, NewEvent, RecordedEvent } from '@smartkey/kernel';
import type { OpenRequest, SealRequest, SubjectKeys } from '@smartkey/secrets';
import { ERASED, EventCodec, UnknownEventError } from '../index.ts';

type Registered = DomainEvent<
  'IdRegistered',
  { id: string; externalId: string; profile?: { name?: string | null } }
>;
type Renamed = DomainEvent<'Renamed', { given: string; family: string }>;
type Plain = DomainEvent<'Plain', { n: number }>;

/** Seals by turning the text around; enough to see what is sealed, whose it is, and in how many calls. */
class TurningKeys implements SubjectKeys {
  calls = 0;
  readonly erased = new Set<string>();
  async sealMany(requests: readonly SealRequest[]) {
    this.calls += 1;
    return requests.map(({ subject, texts }) => texts.map((text) => `${subject}:${turned(text)}`));
  }
  async openMany(requests: readonly OpenRequest[]) {
    this.calls += 1;
    return requests.map(({ subject, sealed }) =>
      sealed.map((text) => {
        expect(text.startsWith(`${subject}:`)).toBe(true);
        return this.erased.has(subject) ? undefined : turned(text.slice(subject.length + 1));
      }),
    );
  }
  async seal(subject: string, texts: readonly string[]) {
    return (await this.sealMany([{ subject, texts }]))[0]!;
  }
  async open(subject: string, sealed: readonly string[]) {
    return (await this.openMany([{ subject, sealed }]))[0]!;
  }
  async prepare() {
    this.calls += 1;
  }
  heed(): Promise<never> {
    throw new Error('not asked for here');
  }
  sealFirst(): Promise<never> {
    throw new Error('nobody is new here');
  }
  forget(): Promise<never> {
    throw new Error('nothing here is of a period');
  }
  async erase(subject: string) {
    this.erased.add(subject);
  }
}
const turned = (text: string) => [...text].reverse().join('');

const event = (type: string, data: object, version = 1): NewEvent => ({
  id: derivedUuid(type, JSON.stringify(data)),
  type,
  version,
  data,
  metadata: { commandId: 'c', actor: { role: 'operator', key: 'k' } },
  occurredAt: '2018-01-01T00:00:00.000Z',
});
const recorded = (stream: string, events: readonly NewEvent[]): RecordedEvent[] =>
  events.map((each, revision) => ({
    ...each,
    stream,
    revision,
    position: BigInt(revision),
    recordedAt: each.occurredAt,
    hash: '',
  }));

describe('the event codec', () => {
  let keys: TurningKeys;
  let codec: EventCodec<Registered | Renamed | Plain>;
  beforeEach(() => {
    keys = new TurningKeys();
    codec = new EventCodec(
      {
        IdRegistered: {
          personal: {
            fields: ['externalId', 'profile.name'],
            subject: (_stream, data) => String(data['id']),
          },
        },
        Renamed: {
          upcasts: [
            ({ fullName }) => ({ name: fullName }),
            ({ name }) => {
              const [given, family] = String(name).split(' ');
              return { given, family };
            },
          ],
          personal: { fields: ['given', 'family'], subject: (stream) => stream.slice('account-'.length) },
        },
        Plain: {},
      },
      keys,
    );
  });

  it('seals personal fields, and only these, and opens them again', async () => {
    const data = { id: 'rid_1', externalId: 'taro@example.jp', profile: { name: '山田 太郎' } };
    const [sealed] = await codec.encode('account-rid_1', [event('IdRegistered', data)]);
    expect(sealed!.data).toEqual({
      id: 'rid_1',
      externalId: { sealed: 'rid_1:"pj.elpmaxe@orat"' },
      profile: { name: { sealed: 'rid_1:"郎太 田山"' } },
    });
    const [opened] = await codec.decode(recorded('account-rid_1', [sealed!]));
    expect(opened!.data).toEqual(data);
  });

  it('leaves the given events alone, and absent fields and nulls as they are', async () => {
    for (const profile of [undefined, {}, { name: null }]) {
      const data = Object.freeze({ id: 'r', externalId: 'x', ...(profile && { profile }) });
      const [sealed] = await codec.encode('account-r', [event('IdRegistered', data)]);
      expect(sealed!.data).toEqual({ ...data, externalId: { sealed: 'r:"x"' } });
      expect(data.externalId).toBe('x');
    }
  });

  it('shows [erased] once the key of the subject is gone; all else stays', async () => {
    const events = await codec.encode('account-rid_1', [
      event('IdRegistered', { id: 'rid_1', externalId: 'a' }),
      event('IdRegistered', { id: 'rid_2', externalId: 'b' }),
      event('Plain', { n: 1 }),
    ]);
    await keys.erase('rid_1');
    const opened = await codec.decode(recorded('account-rid_1', events));
    expect(opened.map(({ data }) => data)).toEqual([
      { id: 'rid_1', externalId: ERASED },
      { id: 'rid_2', externalId: 'b' },
      { n: 1 },
    ]);
  });

  it('seals and opens a thousand accounts with one call of the keys each way', async () => {
    const batch = Array.from({ length: 1_000 }, (_, i) => ({
      stream: `account-${i}`,
      events: [event('IdRegistered', { id: `rid_${i}`, externalId: `user ${i}` })],
    }));
    const sealed = await codec.encodeMany(batch);
    expect(keys.calls).toBe(1);
    const opened = await codec.decode(sealed.flatMap(({ stream, events }) => recorded(stream, events)));
    expect(keys.calls).toBe(2);
    expect(opened.map(({ data }) => data)).toEqual(
      batch.flatMap(({ events }) => events.map(({ data }) => data)),
    );
    await codec.encodeMany([{ stream: 's', events: [event('Plain', { n: 1 })] }]);
    expect(keys.calls).toBe(2);
  });

  it('brings old versions to the current one, a step at a time, opened first', async () => {
    const read = async (data: object, version: number) =>
      (await codec.decode(recorded('account-rid_1', [event('Renamed', data, version)])))[0];
    const current = { version: 3, data: { given: 'Taro', family: 'Yamada' } };
    expect(await read({ fullName: { sealed: 'rid_1:"adamaY oraT"' } }, 1)).toMatchObject(current);
    expect(await read({ name: { sealed: 'rid_1:"adamaY oraT"' } }, 2)).toMatchObject(current);
    expect(await read({ given: { sealed: 'rid_1:"oraT"' }, family: 'Yamada' }, 3)).toMatchObject(current);
  });

  it.each([
    ['an unknown type', event('Unheard', {}), /no form is known for events of type Unheard/],
    ['a version to come', event('Renamed', {}, 4), /known up to version 3, not in version 4/],
    ['a version that never was', event('Plain', {}, 0), UnknownEventError],
  ])('refuses %s loudly, reading and writing', async (_what, unknown, message) => {
    await expect(codec.decode(recorded('s', [unknown]))).rejects.toThrow(message);
    await expect(codec.encode('s', [unknown])).rejects.toBeInstanceOf(UnknownEventError);
  });

  it('refuses to write an old version', async () => {
    await expect(codec.encode('s', [event('Renamed', {}, 2)])).rejects.toBeInstanceOf(UnknownEventError);
  });

  it('does not come into being with personal data and no keys', () => {
    expect(
      () => new EventCodec<Plain>({ Plain: { personal: { fields: ['n'], subject: () => 's' } } }),
    ).toThrow(TypeError);
  });
});
