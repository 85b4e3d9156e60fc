import type { Kafka } from 'kafkajs';
import type { KafkaSettings } from '../settings/kafka-settings.ts';
import { BATCH_BYTES, isForbidden, LEAST_BATCH_BYTES } from '../topics/topic-limits.ts';
import { configsOf } from './configs-of.ts';
import { withAdmin } from './with-admin.ts';

/** A setting of a broker with which this system does not work, or not well. */
export interface BrokerFault {
  /** The variable whose owner must look at it. */
  readonly variable: 'KAFKA_BROKERS' | 'SMARTKEY_KAFKA_SESSION_MILLIS';
  /** Goes on after the variable's name. */
  readonly words: string;
  /** Nothing would be published or read; else it is only slow, or may lose what was acknowledged. */
  readonly grave: boolean;
}

export interface BrokersExamined {
  readonly faults: readonly BrokerFault[];
  /** Brokers that did not tell, each with the reason. */
  readonly untold: readonly string[];
}

const NAMES = [
  'socket.request.max.bytes',
  'message.max.bytes',
  'replica.fetch.max.bytes',
  'replica.fetch.response.max.bytes',
  'fetch.max.bytes',
  'group.min.session.timeout.ms',
  'group.max.session.timeout.ms',
  'group.coordinator.rebalance.protocols',
  'unclean.leader.election.enable',
];

/** A request is its batch and what stands before it. */
const REQUEST_BYTES = BATCH_BYTES + 65_536;

/**
 * Looks at those settings of the brokers themselves on which the system rests (Apache Kafka, Broker Configs). One that is down, or does
 * not let this user ask, is left to be seen by what it does.
 */
export async function examineBrokers(kafka: Kafka, settings: KafkaSettings): Promise<BrokersExamined> {
  return withAdmin(kafka, async (admin) => {
    const faults: BrokerFault[] = [];
    const untold: string[] = [];
    for (const { nodeId } of (await admin.describeCluster()).brokers)
      try {
        // Each by itself: it tells of its own alone.
        const [told] = (await configsOf(admin, 'BROKER', [String(nodeId)], NAMES)).values();
        faults.push(...faultsOf(nodeId, told ?? new Map(), settings));
      } catch (error) {
        const reason = isForbidden(error) ? 'this user may not ask' : (error as Error).message;
        untold.push(`broker ${nodeId}: ${reason}`);
      }
    return { faults, untold };
  });
}

/** @param told a setting that this version of the broker does not have is not among them, and is no fault. */
export function faultsOf(
  nodeId: number,
  told: ReadonlyMap<string, string>,
  { sessionTimeoutMillis = 10_000 }: Pick<KafkaSettings, 'sessionTimeoutMillis'>,
): readonly BrokerFault[] {
  const faults: BrokerFault[] = [];
  const add = (variable: BrokerFault['variable'], grave: boolean, words: string): void =>
    void faults.push({ variable, grave, words });
  const least = (name: string, bytes: number, grave: boolean, why: string): void => {
    const is = told.get(name);
    if (is !== undefined && Number(is) < bytes)
      add(
        'KAFKA_BROKERS',
        grave,
        `names broker ${nodeId}, whose ${name} is ${is}, not ${bytes} or more: ${why}`,
      );
  };
  least('socket.request.max.bytes', REQUEST_BYTES, true, 'it hangs up on what the relays publish');
  least(
    'message.max.bytes',
    LEAST_BATCH_BYTES,
    false,
    'a topic that has no max.message.bytes of its own cannot carry every event',
  );
  for (const name of ['replica.fetch.max.bytes', 'replica.fetch.response.max.bytes', 'fetch.max.bytes'])
    least(name, BATCH_BYTES, false, 'large batches pass one at a time');
  const shortest = Number(told.get('group.min.session.timeout.ms') ?? 0);
  const longest = Number(told.get('group.max.session.timeout.ms') ?? Number.POSITIVE_INFINITY);
  if (sessionTimeoutMillis < shortest || sessionTimeoutMillis > longest)
    add(
      'SMARTKEY_KAFKA_SESSION_MILLIS',
      true,
      `is ${sessionTimeoutMillis}, but broker ${nodeId} takes ${shortest} to ${longest} (group.min.session.timeout.ms, group.max.session.timeout.ms)`,
    );
  const protocols = told.get('group.coordinator.rebalance.protocols');
  if (protocols !== undefined && !protocols.split(',').some((each) => each.trim() === 'classic'))
    add(
      'KAFKA_BROKERS',
      true,
      `names broker ${nodeId}, whose group.coordinator.rebalance.protocols is ${protocols}: readers need classic among them`,
    );
  if (told.get('unclean.leader.election.enable') === 'true')
    add(
      'KAFKA_BROKERS',
      false,
      `names broker ${nodeId}, whose unclean.leader.election.enable is true: it may lose what it has acknowledged`,
    );
  return faults;
}
