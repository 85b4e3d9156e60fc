import assert from 'node:assert/strict';
import { mustAgree } from '../agreement.ts';
import { topicHolds } from '../stage/topics.ts';
import type { Story } from '../story.ts';
import { Writers } from '../writers.ts';

export const kafkaLost: Story = {
  name: 'kafka-lost',
  situation: 'all of Kafka is lost with its disk, while people write',
  shape: { kind: 'cluster' },
  tell: async (whole, report) => {
    const writers = await Writers.prepare(whole);
    writers.start();
    await writers.more(10);
    await writers.signIn();
    writers.phase = 'between';
    await whole.loseKafka();
    report.done('the broker killed, its folder removed');
    await writers.more(5);
    report.found('are commands served?', 'yes: facts wait in the logs');
    await whole.replaceKafka();
    report.done('an empty broker started at the same address');
    assert.equal((await whole.cli('topics')).code, 0);
    writers.phase = 'after';
    await writers.more(5);
    await writers.signIn();
    await writers.stop();
    await mustAgree(whole, writers, report);
    report.found('do the topics hold what was written since?', await topicHolds(whole, writers, 'after'));
  },
};
