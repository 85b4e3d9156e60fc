import { Kafka, logLevel, type KafkaConfig, type SASLOptions } from 'kafkajs';
import type { Logger } from 'pino';
import type { ServiceName } from '@smartkey/event-bus';

/** How the brokers are reached; from the environment (docs/kafka.md). */
export interface KafkaSettings {
  readonly brokers: readonly string[];
  /** Names this process to the brokers. */
  readonly clientId: string;
  /** `smartkey` unless told: topics are `<prefix>.<service>`. */
  readonly topicPrefix: string;
  /** Which installation this is (`systemIdOf`): records of another one are refused. Missing where no keys are at hand to tell. */
  readonly system?: string;
  readonly tls?: boolean | { readonly ca: string };
  readonly sasl?: SASLOptions;
  /** A consumer that is silent for so long loses its partitions (default 10 s; the broker's minimum is 6 s). */
  readonly sessionTimeoutMillis?: number;
}

/** As records bear it; undefined where it is not known. */
export const systemBytes = ({ system }: { readonly system?: string | undefined }): Uint8Array | undefined =>
  system === undefined ? undefined : Buffer.from(system);

export const topicOf = (settings: KafkaSettings, source: ServiceName): string =>
  `${settings.topicPrefix}.${source}`;

/**
 * Our own retry settings, always: the library takes others by itself where NODE_ENV is `test`. Few, some three seconds in all:
 * whoever uses the library makes a new client when they are used up, which recovers from more than a retry does.
 */
const RETRY = { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000, factor: 0.2, multiplier: 2 };

/** The library's advice that has been weighed: positions, not the producer, make the effects exactly once (docs/kafka.md). */
const WEIGHED = /^Limiting retries for the idempotent producer/;

export function kafkaClient(settings: KafkaSettings, log: Logger): Kafka {
  const config: KafkaConfig = {
    clientId: settings.clientId,
    brokers: [...settings.brokers],
    retry: RETRY,
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ level, namespace, log: { message, ...rest } }) => {
        const words = { namespace, ...rest };
        // What the library calls an error it retries; what it cannot retry reaches us as a rejection.
        if ((level === logLevel.ERROR || level === logLevel.WARN) && !WEIGHED.test(message))
          log.warn(words, `kafka: ${message}`);
        else log.debug(words, `kafka: ${message}`);
      },
  };
  if (settings.tls !== undefined)
    config.ssl = typeof settings.tls === 'boolean' ? settings.tls : { ca: [settings.tls.ca] };
  if (settings.sasl !== undefined) config.sasl = settings.sasl;
  return new Kafka(config);
}
