import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { listeningSettings, proveListening, urlOf } from './listening.ts';

describe('where a program listens', () => {
  it('is the loopback address and port 3000, or what is set', () => {
    expect(listeningSettings({})).toEqual({ host: '127.0.0.1', port: 3000 });
    expect(listeningSettings({ SMARTKEY_HOST: '::1', PORT: '0' })).toEqual({ host: '::1', port: 0 });
    expect(listeningSettings({ SMARTKEY_HOST: 'pod-7.smartkey_net' }).host).toBe('pod-7.smartkey_net');
    expect(urlOf({ host: '::1', port: 80 })).toBe('http://[::1]:80');
  });

  it.each(['[::1]', 'two words', 'http://here', 'a..b', '-'.repeat(300)])(
    'is refused where it is no address and no name: %s',
    (host) => {
      expect(() => listeningSettings({ SMARTKEY_HOST: host })).toThrow(/^SMARTKEY_HOST must be an address/);
    },
  );

  it('is proved by listening there for a moment', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const place = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    await expect(proveListening(place)).rejects.toThrow(`PORT ${place.port} is in use by another program`);
    server.close();
    await once(server, 'close');
    await proveListening(place);
    await proveListening(place);
    await expect(proveListening({ host: '192.0.2.7', port: 0 })).rejects.toThrow(
      'SMARTKEY_HOST is no address of this machine: "192.0.2.7"',
    );
    await expect(proveListening({ host: 'nowhere.invalid', port: 0 })).rejects.toThrow(
      'SMARTKEY_HOST names what cannot be resolved: "nowhere.invalid"',
    );
  });
});
