import { describe, expect, it } from '@jest/globals';
import { eventStoreSettings } from './eventstore-variables.ts';

const DATABASE_URL = 'postgres://localhost/smartkey';
const settings = (EVENTSTORE_URL: string, more: Record<string, string> = {}) =>
  eventStoreSettings({ DATABASE_URL, EVENTSTORE_URL, ...more });

describe('the settings of logs in EventStoreDB', () => {
  it('name no server by default', () => {
    expect(eventStoreSettings({ DATABASE_URL })).toBeUndefined();
  });

  it.each([
    'esdb://127.0.0.1:2113?tls=false',
    'esdb://smartkey:p%40ss@eventstore',
    'esdb+discover://smartkey:secret@eventstore.internal:2113?tlsCAFile=/etc/ca.pem&keepAliveInterval=20000',
    'esdb://smartkey:secret@one:2113,two:2113,three:2113/?tls=true',
  ])('take %s', (url) => {
    expect(settings(url)).toEqual({ url, prefix: 'smartkey' });
  });

  it('take a prefix, so that systems can share a server', () => {
    expect(settings('esdb://one', { SMARTKEY_EVENTSTORE_PREFIX: 'tokyo-1' })).toMatchObject({
      prefix: 'tokyo-1',
    });
  });

  it.each(['$all', 'a/b', '-x', 'a b'])('refuse the prefix %s', (prefix) => {
    expect(() => settings('esdb://one', { SMARTKEY_EVENTSTORE_PREFIX: prefix })).toThrow(
      /^SMARTKEY_EVENTSTORE_PREFIX /,
    );
  });

  it('refuse to go with the embedded database', () => {
    expect(() => eventStoreSettings({ EVENTSTORE_URL: 'esdb://one' })).toThrow(
      /^EVENTSTORE_URL needs DATABASE_URL/,
    );
  });

  it('refuse several hosts behind +discover, of which the client would take the first without a word', () => {
    for (const hosts of ['one:2113,two:2113,three:2113', 'one,two', 'smartkey:secret@one,two/?tls=true'])
      expect(() => settings(`esdb+discover://${hosts}`)).toThrow(
        /^EVENTSTORE_URL names several hosts behind esdb\+discover:.* a list of nodes is esdb:\/\/host:port,host:port/,
      );
  });

  it.each([
    'http://smartkey:secret@one',
    'esdb://',
    'esdb://smartkey:sec@ret@one',
    'esdb://smartkey:secret@one:port',
    'esdb://smartkey:secret@one?nodePreference=follower',
    'esdb://smartkey:secret@one?tlsVerifyCert=false',
    'esdb://smartkey:secret@one?throwOnAppendFailure=false',
    'esdb://smartkey:secret@one?tls',
  ])('refuse %s, without repeating it', (url) => {
    let message = '';
    try {
      settings(url);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/^EVENTSTORE_URL /);
    expect(message).not.toMatch(/secret|sec@ret/);
  });
});
