import assert from 'node:assert/strict';
import { mustAgree } from '../agreement.ts';
import type { Report } from '../report.ts';
import { loseTopic, topicHolds } from '../stage/topics.ts';
import type { Whole } from '../stage/whole.ts';
import type { Story } from '../story.ts';
import { Writers } from '../writers.ts';
import { BOTH, inWords, type Meanwhile } from './meanwhile.ts';

/** What of Kafka is lost, and how it comes again. */
interface Loss {
  readonly name: string;
  readonly what: string;
  readonly lose: (whole: Whole, report: Report) => Promise<void>;
  readonly replace?: (whole: Whole, report: Report) => Promise<void>;
}

/** Records are lost: commands are served where services run, `topics` makes what is missing, and what was written since is published. */
const recordsLost = ({ name, what, lose, replace }: Loss, meanwhile: Meanwhile): Story => ({
  name: `${name}-${meanwhile}`,
  situation: `${what} with all its records; services ${inWords(meanwhile)}`,
  shape: { kind: 'cluster' },
  tell: async (whole, report) => {
    const writers = await Writers.prepare(whole);
    writers.start();
    await writers.more(10);
    await writers.signIn();
    writers.phase = 'between';
    if (meanwhile === 'stopped') {
      await writers.stop();
      await whole.stopServices();
    }
    await lose(whole, report);
    if (meanwhile === 'running') {
      await writers.more(5);
      report.found('are commands served?', 'yes: facts wait in the log');
    }
    await replace?.(whole, report);
    assert.equal((await whole.cli('topics')).code, 0);
    if (meanwhile === 'stopped') {
      report.done(`services started in ${await whole.startServices()} ms`);
      writers.start();
    }
    writers.phase = 'after';
    await writers.more(5);
    await writers.signIn();
    await writers.stop();
    await mustAgree(whole, writers, report);
    report.found('do the topics hold what was written since?', await topicHolds(whole, writers, 'after'));
  },
});

const topic: Loss = {
  name: 'topic-lost',
  what: 'a topic is lost',
  lose: async (whole, report) => {
    await loseTopic(whole.brokers, 'smartkey.device-registry');
    report.done('the topic smartkey.device-registry deleted');
  },
};

const kafka: Loss = {
  name: 'kafka-lost',
  what: 'all of Kafka is lost',
  lose: async (whole, report) => {
    await whole.loseKafka();
    report.done('the broker killed, its folder removed');
  },
  replace: async (whole, report) => {
    await whole.replaceKafka();
    report.done('an empty broker started at the same address');
  },
};

export const RECORDS_LOST: readonly Story[] = [topic, kafka].flatMap((loss) =>
  BOTH.map((meanwhile) => recordsLost(loss, meanwhile)),
);
