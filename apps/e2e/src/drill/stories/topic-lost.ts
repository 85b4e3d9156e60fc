import assert from 'node:assert/strict';
import { mustAgree } from '../agreement.ts';
import { loseTopic, topicHolds } from '../stage/topics.ts';
import type { Story } from '../story.ts';
import { Writers } from '../writers.ts';

export const topicLost: Story = {
  name: 'topic-lost',
  situation: 'a topic is lost with all its records, while people write',
  shape: { kind: 'cluster' },
  tell: async (whole, report) => {
    const writers = await Writers.prepare(whole);
    writers.start();
    await writers.more(10);
    await writers.signIn();
    await loseTopic(whole.brokers, 'smartkey.device-registry');
    writers.phase = 'between';
    report.done('the topic smartkey.device-registry deleted under running services');
    await writers.more(5);
    report.found('are commands served?', 'yes: facts wait in the log');
    assert.equal((await whole.cli('topics')).code, 0);
    writers.phase = 'after';
    await writers.more(5);
    await writers.signIn();
    await writers.stop();
    await mustAgree(whole, writers, report);
    report.found('does the topic hold what was written since?', await topicHolds(whole, writers, 'after'));
  },
};
