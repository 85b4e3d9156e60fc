import { describe, expect, it } from '@jest/globals';
import { systemActor, type RecordedEvent } from '@smartkey/kernel';
import { TOPICS } from '@smartkey/messages';
import { storedEvents } from './stored-events.ts';
import { publish } from './publish.ts';

const of = { account: 'rid_1', contract: 'ctr_1' };
const event = (type: string, data: object): RecordedEvent => ({
  id: '00000000-0000-8000-8000-000000000000',
  type,
  version: 1,
  data: { ...of, ...data },
  metadata: { commandId: 'cmd', actor: systemActor('test') },
  occurredAt: '2018-01-01T00:00:00.000Z',
  recordedAt: '2018-01-01T00:00:00.000Z',
  stream: 'account-rid_1',
  revision: 0,
  position: 1n,
  hash: '',
});

describe('what other services may read of the registry', () => {
  it('is neither an external id, nor what finds it, nor a name or the words of a reason', () => {
    const personal = {
      externalId: 'taro',
      externalIdDigest: 'taro-by-digest',
      displayName: '山田',
      deviceName: '太郎の電話',
      reason: '山田の退職',
    };
    for (const type of Object.keys(storedEvents)) {
      const published = publish(event(type, { ...personal, registeredOn: '2018-01-01' }));
      const version = TOPICS['device-registry'].messages[type as keyof typeof storedEvents];
      expect(published).toMatchObject({ type, version, contract: 'ctr_1', data: { account: 'rid_1' } });
      expect(JSON.stringify(published)).not.toMatch(/taro|山田|太郎/);
    }
  });

  it('holds everything that the message has', () => {
    const data = { spell: 2, registeredOn: '2018-01-05' };
    expect(publish(event('IdRegistered', { ...data, externalId: 'taro' })).data).toEqual({
      account: 'rid_1',
      ...data,
    });
    const ended = { spell: 2, registeredOn: '2018-01-05', lastDay: '2018-01-09', cause: 'contract-ended' };
    expect(publish(event('IdDeregistered', ended)).data).toEqual({ account: 'rid_1', ...ended });
  });

  it('is nothing of an event that this program does not know', () => {
    expect(() => publish(event('SomethingNew', {}))).toThrow(TypeError);
  });
});
