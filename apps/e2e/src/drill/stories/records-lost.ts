import assert from 'node:assert/strict';
import { mustAgree } from '../agreement.ts';
import type { Report } from '../report.ts';
import { loseTopic, topicHolds } from '../stage/topics.ts';
import type { Whole } from '../stage/whole.ts';
import type { Story } from '../story.ts';
import { Writers } from '../writers.ts';

/** What of Kafka is lost, and how it comes again. */
interface Loss {
  readonly lose: (whole: Whole, report: Report) => Promise<void>;
  readonly replace?: (whole: Whole, report: Report) => Promise<void>;
  readonly waitIn: string;
  readonly hold: string;
}

/** Records are lost while people write: commands are served, `topics` makes what is missing, and what was written since is published. */
const recordsLost =
  ({ lose, replace, waitIn, hold }: Loss): Story['tell'] =>
  async (whole, report) => {
    const writers = await Writers.prepare(whole);
    writers.start();
    await writers.more(10);
    await writers.signIn();
    writers.phase = 'between';
    await lose(whole, report);
    await writers.more(5);
    report.found('are commands served?', `yes: facts wait in ${waitIn}`);
    await replace?.(whole, report);
    assert.equal((await whole.cli('topics')).code, 0);
    writers.phase = 'after';
    await writers.more(5);
    await writers.signIn();
    await writers.stop();
    await mustAgree(whole, writers, report);
    report.found(`${hold} what was written since?`, await topicHolds(whole, writers, 'after'));
  };

export const topicLost: Story = {
  name: 'topic-lost',
  situation: 'a topic is lost with all its records, while people write',
  shape: { kind: 'cluster' },
  tell: recordsLost({
    lose: async (whole, report) => {
      await loseTopic(whole.brokers, 'smartkey.device-registry');
      report.done('the topic smartkey.device-registry deleted under running services');
    },
    waitIn: 'the log',
    hold: 'does the topic hold',
  }),
};

export const kafkaLost: Story = {
  name: 'kafka-lost',
  situation: 'all of Kafka is lost with its disk, while people write',
  shape: { kind: 'cluster' },
  tell: recordsLost({
    lose: async (whole, report) => {
      await whole.loseKafka();
      report.done('the broker killed, its folder removed');
    },
    replace: async (whole, report) => {
      await whole.replaceKafka();
      report.done('an empty broker started at the same address');
    },
    waitIn: 'the logs',
    hold: 'do the topics hold',
  }),
};
