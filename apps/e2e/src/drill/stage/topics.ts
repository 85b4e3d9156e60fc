import { setTimeout as pause } from 'node:timers/promises';
import { SERVICES } from '@smartkey/event-bus';
import { until } from '@smartkey/testing/end-to-end';
import { foreignClient, recordsOnTopic } from '../../chaos/foreign-reader.ts';
import { Patience } from '../patience.ts';
import type { Phase } from '../phase.ts';
import type { Writers } from '../writers.ts';
import type { Whole } from './whole.ts';

const PATIENCE_MILLIS = 60_000;

/** Deletes a topic and waits until it is gone. */
export async function loseTopic(brokers: string, topic: string): Promise<void> {
  const admin = foreignClient(brokers).admin();
  await admin.connect();
  try {
    await admin.deleteTopics({ topics: [topic] });
    await until(async () => !(await admin.listTopics()).includes(topic));
  } finally {
    await admin.disconnect();
  }
}

/** Ids of the events that lie on a topic. */
async function published(whole: Whole, service: string): Promise<ReadonlySet<string>> {
  const records = await recordsOnTopic(whole.brokers, `smartkey.${service}`);
  return new Set(
    records
      .filter(({ key }) => key?.toString() !== 'watermark')
      .map(({ headers }) => String(headers['ce_id'])),
  );
}

/** Waits until every registration of a phase lies on the registry's topic. @throws where some do not, and none has come for a minute. */
export async function topicHolds(whole: Whole, writers: Writers, phase: Phase): Promise<string> {
  const wanted = new Set([...writers.registered].filter(([, each]) => each === phase).map(([id]) => id));
  const ids = (await whole.logged('device-registry'))
    .filter(({ type, data }) => type === 'IdRegistered' && wanted.has(String(data['account'])))
    .map(({ id }) => id);
  return untilPublished(whole, 'device-registry', ids);
}

/** Waits until each topic holds its whole log. @returns what was found, in a sentence. */
export async function topicsHoldLogs(whole: Whole): Promise<string> {
  let events = 0;
  for (const service of SERVICES) {
    const ids = (await whole.logged(service)).map(({ id }) => id);
    await untilPublished(whole, service, ids);
    events += ids.length;
  }
  return `yes: the ${events} events of all logs`;
}

async function untilPublished(whole: Whole, service: string, ids: readonly string[]): Promise<string> {
  const patience = new Patience(PATIENCE_MILLIS);
  for (;;) {
    const there = await published(whole, service);
    const missing = ids.filter((id) => !there.has(id));
    if (missing.length === 0) return `yes: ${ids.length} events of them`;
    if (patience.isOver(missing.length))
      throw new Error(`${missing.length} of ${ids.length} events of ${service} are not on its topic`);
    await pause(300);
  }
}
