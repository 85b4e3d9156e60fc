import { setTimeout as pause } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { codeOf, messageOf } from '@smartkey/lifecycle';
import { isRefusalOfLogin } from './client-errors.ts';
import { withAdmin } from './with-admin.ts';

/** What stands between this program and the brokers. */
export type Obstacle =
  /** They do not show a certificate that the given authorities have signed for that name. */
  | 'certificate'
  /** They do not speak TLS where it was expected. */
  | 'no-tls'
  /** User, password or mechanism were refused. */
  | 'login'
  /** Nobody answers, or they hang up: not running, or expecting TLS or a login that is not set. */
  | 'unreachable';

/** The brokers cannot be used as the settings say. */
export class BrokersUnusableError extends Error {
  override readonly name = 'BrokersUnusableError';
  constructor(
    readonly obstacle: Obstacle,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}

/** Node's codes of certificates that are not trusted. */
const CERTIFICATE = /^(ERR_TLS_CERT|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(GET|VERIFY))/;
const NO_TLS = /^(EPROTO|ERR_SSL)/;
/** So does a broker without TLS, but also one that is just going down: only one that keeps to it is the former. */
const HANGS_UP = /before secure TLS connection/;

/**
 * Makes sure that the brokers let this program in, before anything depends on it.
 * @param patienceMillis how long brokers that do not answer are waited for (system time); what they refuse is not tried again.
 * @throws BrokersUnusableError
 */
export async function reachBrokers(kafka: Kafka, patienceMillis = 60_000): Promise<void> {
  for (const started = performance.now(); ;) {
    try {
      return await knock(kafka);
    } catch (error) {
      const obstacle = obstacleOf(error);
      const detail = messageOf(error);
      if (obstacle !== 'unreachable') throw new BrokersUnusableError(obstacle, detail, { cause: error });
      if (performance.now() - started > patienceMillis)
        throw new BrokersUnusableError(HANGS_UP.test(detail) ? 'no-tls' : obstacle, detail, { cause: error });
    }
    await pause(500);
  }
}

// A broker that wants a login hangs up only at the first question.
async function knock(kafka: Kafka): Promise<void> {
  await withAdmin(kafka, (admin) => admin.describeCluster());
}

function obstacleOf(error: unknown): Obstacle {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isRefusalOfLogin(cause)) return 'login';
    const code = codeOf(cause);
    if (CERTIFICATE.test(code)) return 'certificate';
    if (NO_TLS.test(code)) return 'no-tls';
  }
  return 'unreachable';
}
