import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import {
  ConfigurationError,
  type Environment,
  setting,
  urlListSetting,
  urlSetting,
} from '@smartkey/configuration';
import { listeningSettings } from './listening.ts';
import { commonSettings, type CommonSettings } from './settings.ts';

/** Settings of one service in a process of its own. */
export interface ServiceSettings extends CommonSettings {
  readonly databaseUrl: string;
  readonly host: string;
  readonly port: number;
  readonly peers: ReadonlyMap<ServiceName, string>;
}

export const urlVariable = (service: ServiceName): string =>
  `SMARTKEY_${service.replaceAll('-', '_').toUpperCase()}_URL`;

export const instancesVariable = (service: ServiceName): string =>
  `SMARTKEY_${service.replaceAll('-', '_').toUpperCase()}_INSTANCES`;

/**
 * The URL of every instance of each service, for those who must tell each: the sandbox clock. The service's one URL where
 * its instances are not named.
 * @throws ConfigurationError
 */
export function instancesOf(
  env: Environment,
  settings: ServiceSettings,
): ReadonlyMap<ServiceName, readonly string[]> {
  return new Map(
    [...settings.peers].map(([service, url]) => [
      service,
      urlListSetting(env, instancesVariable(service), ['http:', 'https:']) ?? [url],
    ]),
  );
}

/**
 * Reads the settings of a service that runs by itself, and refuses what would lose data: the embedded database belongs
 * to one process, and keys that each process makes for itself fit nobody else's data.
 * @throws ConfigurationError
 */
export function serviceSettings(env: Environment, service: ServiceName | 'gateway'): ServiceSettings {
  const { databaseUrl, ...common } = commonSettings(env);
  if (databaseUrl === undefined)
    throw new ConfigurationError(
      'DATABASE_URL',
      'must name a PostgreSQL server: the embedded database admits one process, which is the standalone program',
    );
  if (
    setting(env, 'SMARTKEY_INTERNAL_TOKEN') === undefined &&
    setting(env, 'SMARTKEY_KEY_FILE') === undefined
  )
    throw new ConfigurationError(
      'SMARTKEY_KEY_FILE',
      'must name the key file that all services share, unless SMARTKEY_ENCRYPTION_KEYS, SMARTKEY_LOOKUP_KEY and ' +
        'SMARTKEY_INTERNAL_TOKEN are set',
    );
  const peers = new Map<ServiceName, string>();
  for (const peer of SERVICES.filter((each) => each !== service)) {
    const url = urlSetting(env, urlVariable(peer), ['http:', 'https:']);
    if (url === undefined)
      throw new ConfigurationError(urlVariable(peer), `must say where ${peer} is: http://host:port`);
    peers.set(peer, url);
  }
  return {
    ...common,
    databaseUrl,
    ...listeningSettings(env),
    peers,
  };
}
