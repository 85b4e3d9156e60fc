import {
  examineBrokers,
  inspectTopics,
  isRefusalOfClient,
  openKafka,
  type TopicState,
} from '@smartkey/kafka';
import { kafkaSettings, topicPlan } from '@smartkey/kafka/offline';
import { createLog } from '@smartkey/runtime';
import { CommandError, type CliCommand } from '../command.ts';

/** One broker may be away, and another die, without anything lost. */
export const REPLICAS = 3;

export const topicsCommand: CliCommand = {
  name: 'topics',
  arguments: [],
  help:
    'makes the topics that are missing on KAFKA_BROKERS, raises a max.message.bytes that is too low, and prints all of them; exit code 1 ' +
    'where one that is there is not as SMARTKEY_KAFKA_PARTITIONS, _REPLICATION and _RETENTION_HOURS say, or a broker is set so that it cannot be used',
  run: async ({ env, print }) => {
    const settings = kafkaSettings(env, 'smartkey-topics');
    if (settings === undefined) throw new CommandError('KAFKA_BROKERS must name the brokers');
    const kafka = await openKafka(settings, createLog(env['SMARTKEY_LOG_LEVEL'] ?? 'error'));
    const states = await inspectTopics(kafka, settings, topicPlan(env, REPLICAS)).catch((error: unknown) => {
      throw inOneSentence(error);
    });
    for (const state of states) {
      print(lineOf(state));
      for (const difference of state.differences) print(`    ${difference}`);
    }
    const { faults } = await examineBrokers(kafka, settings);
    for (const { variable, words } of faults) print(`${variable} ${words}`);
    const fit =
      states.every(({ differences }) => differences.length === 0) && !faults.some(({ grave }) => grave);
    return fit ? 0 : 1;
  },
};

const lineOf = (state: TopicState): string =>
  [
    `${state.name}${state.created ? ' (new)' : ''}: ${state.partitions} partitions`,
    `replication factor ${state.replicationFactor}`,
    `retention ${state.retentionMillis < 0 ? 'without end' : `${state.retentionMillis / 3_600_000} h`}`,
    `min.insync.replicas ${state.minInsyncReplicas}`,
    `max.message.bytes ${state.maxMessageBytes}${state.raised ? ' (raised)' : ''}`,
  ].join(', ');

/** What people can put right, as a sentence. */
export function inOneSentence(error: unknown): unknown {
  return isRefusalOfClient(error)
    ? new CommandError(`KAFKA_BROKERS names brokers that refuse: ${error.message}`)
    : error;
}
