import type { ServiceName } from '@smartkey/event-bus';
import { type Environment, urlSetting } from '@smartkey/configuration';
import { HttpPeers, PeerDirectory, urlVariable } from '@smartkey/runtime';
import { CommandError } from '../command.ts';
import { keysOf } from './keys-of.ts';

/** A call to what a running service answers under `/internal`. */
export type InternalCall = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) => Promise<unknown>;

/**
 * How to ask a service that runs by itself, where `SMARTKEY_<SERVICE>_URL` says where it is; `undefined` where it does not.
 * @throws CommandError from the call, where the service refuses.
 */
export async function runningService(env: Environment, service: ServiceName): Promise<InternalCall | undefined> {
  const url = urlSetting(env, urlVariable(service), ['http:', 'https:']);
  if (url === undefined) return undefined;
  const { internalToken } = await keysOf(env);
  const directory = new PeerDirectory();
  directory.set(service, url);
  return async (method, path, body) => {
    const peers = new HttpPeers(directory, { token: internalToken, timeoutMillis: 60_000 });
    try {
      const answer = await peers.call(service, { method, path, ...(body === undefined ? {} : { body }) });
      if (answer.status >= 400) {
        const { detail } = (answer.body ?? {}) as { detail?: string };
        throw new CommandError(`${service} answers ${answer.status}: ${detail ?? 'no reason given'}`);
      }
      return answer.body;
    } finally {
      await peers.close();
    }
  };
}
