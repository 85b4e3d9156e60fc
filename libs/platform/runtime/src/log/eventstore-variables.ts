import { ConfigurationError, type Environment, setting } from '@smartkey/configuration';

export interface EventStoreSettings {
  /** `esdb://…`, of one host or several, or `esdb+discover://…` of one; may hold a password. */
  readonly url: string;
  /** What the names of all streams on the server begin with: systems that share a server have one each. */
  readonly prefix: string;
}

/** Options of the connection string that mean something here; in small letters. */
const OPTIONS = new Set([
  'tls',
  'tlscafile',
  'usercertfile',
  'userkeyfile',
  'maxdiscoverattempts',
  'discoveryinterval',
  'gossiptimeout',
  'keepaliveinterval',
  'keepalivetimeout',
  'connectionname',
]);

const FORM =
  /^esdb(\+discover)?:\/\/([^:@/?\s]+:[^@/?\s]+@)?[A-Za-z0-9.-]+(:\d{1,5})?(?<others>(,[A-Za-z0-9.-]+(:\d{1,5})?)*)\/?(\?(?<options>\S+))?$/;

/**
 * Where the logs lie, if it is not in PostgreSQL: `EVENTSTORE_URL` and what goes with it. Messages never repeat the URL: it may
 * hold a password.
 * @returns `undefined` where no server is named.
 * @throws ConfigurationError
 */
export function eventStoreSettings(env: Environment): EventStoreSettings | undefined {
  const url = setting(env, 'EVENTSTORE_URL');
  if (url === undefined) return undefined;
  if (setting(env, 'DATABASE_URL') === undefined)
    throw new ConfigurationError(
      'EVENTSTORE_URL',
      'needs DATABASE_URL: beside logs in EventStoreDB the rest is kept in a PostgreSQL server, not in the embedded database',
    );
  const match = FORM.exec(url);
  if (match === null)
    throw new ConfigurationError(
      'EVENTSTORE_URL',
      'must be esdb://host:port, esdb://host:port,host:port,host:port or esdb+discover://host:port, with user:password@ ' +
        'before the hosts and ?options behind them where they are needed, and what is special in them percent-encoded',
    );
  // The client would take the first and forget the others: while that one is down, nothing would be found.
  if (url.startsWith('esdb+discover:') && match.groups!['others'] !== '')
    throw new ConfigurationError(
      'EVENTSTORE_URL',
      'names several hosts behind esdb+discover://, which takes one name that stands for all nodes in DNS; ' +
        'a list of nodes is esdb://host:port,host:port,host:port',
    );
  for (const pair of match.groups!['options']?.split('&') ?? []) {
    const [name = '', value = ''] = pair.split('=');
    // The client itself would warn of an option with the whole string, password and all.
    if (!OPTIONS.has(name.toLowerCase().replace(/[_-]/g, '')) || value === '')
      throw new ConfigurationError(
        'EVENTSTORE_URL',
        `has an option that is not one of: ${[...OPTIONS].join(', ')}`,
      );
  }
  const prefix = setting(env, 'SMARTKEY_EVENTSTORE_PREFIX') ?? 'smartkey';
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(prefix))
    throw new ConfigurationError(
      'SMARTKEY_EVENTSTORE_PREFIX',
      'must be 1 to 100 letters, digits, dots, underscores and hyphens, a letter or digit first',
    );
  return { url, prefix };
}
