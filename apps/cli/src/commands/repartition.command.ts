import { SERVICES } from '@smartkey/event-bus';
import {
  createTopics,
  type FormerTopics,
  formerTopics,
  NotDrainedError,
  openKafka,
  repartition,
  type StoppedService,
  TopicHoleError,
  TopicUnreadableError,
} from '@smartkey/kafka';
import { kafkaSettings, topicPlan } from '@smartkey/kafka/offline';
import { createLog } from '@smartkey/runtime';
import { CommandError, type CliCommand, type CliContext } from '../command.ts';
import { mustSeeAll } from '../data/must-see-all.ts';
import { ownBrokers } from '../data/own-brokers.ts';
import { type Data, withData } from '../data/open-data.ts';
import { refuseWhileRunning } from '../data/refuse-while-running.ts';
import { inOneSentence, REPLICAS } from './topics.command.ts';

export const repartitionCommand: CliCommand = {
  name: 'repartition',
  arguments: ['partitions', 'new prefix'],
  options: { 'leave-former-topics': { type: 'boolean' } },
  help:
    'on stopped services that have taken everything in: makes topics under a new prefix with so many partitions, and lets marks and ' +
    'relays go on there; start the services with that SMARTKEY_TOPIC_PREFIX afterwards (docs/kafka.md). --leave-former-topics: whether the ' +
    'topics that served until now hold the whole logs is not looked at',
  run: (context) =>
    withData(context.env, async (data) => {
      const { print, note } = context;
      const { from, to, topics } = await prepare(data, context);
      const changed = await repartition(await servicesOf(data), { ...from, ...to }, topics, note).catch(
        (error: unknown) => {
          throw told(error);
        },
      );
      print(changed.length === 0 ? 'nothing was left to do' : `changed: ${changed.join(', ')}`);
      print(`start the services with SMARTKEY_TOPIC_PREFIX=${to.to}`);
      return 0;
    }),
};

async function prepare(
  data: Data,
  { env, note, options, arguments: [count, prefix] }: CliContext,
): Promise<{
  from: { from: string };
  to: { to: string; partitions: number };
  topics: FormerTopics | undefined;
}> {
  const now = await ownBrokers(env, 'smartkey-repartition');
  if (now === undefined) throw new CommandError('KAFKA_BROKERS must name the brokers');
  const settings = kafkaSettings({ ...env, SMARTKEY_TOPIC_PREFIX: prefix }, 'smartkey-repartition')!;
  if (settings.topicPrefix === now.topicPrefix)
    throw new CommandError(
      `${now.topicPrefix} is the prefix that serves now (SMARTKEY_TOPIC_PREFIX): choose a new one`,
    );
  const plan = topicPlan({ ...env, SMARTKEY_KAFKA_PARTITIONS: count }, REPLICAS);
  await refuseWhileRunning(data, 'stop the services first');
  await mustSeeAll(data, env, SERVICES, 'its marks would stay on the former partitions');
  const kafka = await openKafka(settings, createLog(env['SMARTKEY_LOG_LEVEL'] ?? 'error'));
  await createTopics(kafka, settings, plan).catch((error: unknown) => {
    throw told(error);
  });
  return {
    from: { from: now.topicPrefix },
    to: { to: settings.topicPrefix, partitions: plan.partitions },
    topics: options['leave-former-topics'] === true ? undefined : formerTopics(kafka, now, note),
  };
}

async function servicesOf(data: Data): Promise<readonly StoppedService[]> {
  const services: StoppedService[] = [];
  for await (const { service: name, database } of data.started(SERVICES))
    services.push({ name, database, store: await data.log(name, database) });
  return services;
}

/** What people can put right, as a sentence. */
function told(error: unknown): unknown {
  if (error instanceof NotDrainedError)
    return new CommandError(
      `${error.message}: start the services as they were, let them take everything in, and stop them`,
    );
  if (error instanceof TopicHoleError || error instanceof TopicUnreadableError)
    return new CommandError(
      `${error.message}: who reads that topic alone has not got it; with --leave-former-topics it is left so`,
    );
  return inOneSentence(error);
}
