import assert from 'node:assert/strict';
import { join } from 'node:path';
import { FakeEventStoreDb } from '@smartkey/testing/eventstoredb';
import { mustAgree } from '../agreement.ts';
import type { Report } from '../report.ts';
import { copyServer, putServerBack } from '../stage/postgres-copies.ts';
import type { Whole } from '../stage/whole.ts';
import type { Story } from '../story.ts';
import { Writers } from '../writers.ts';

/** PostgreSQL goes back under an EventStoreDB that holds today, and is checked. */
async function fallBehind(
  whole: Whole,
  report: Report,
  writers: Writers,
): Promise<{ readonly heads: string; readonly youngest: string }> {
  const name = Date.now();
  const [heads, older, youngest] = ['heads', 'older', 'youngest'].map((each) =>
    join(whole.folder, `${each}-${name}`),
  ) as [string, string, string];
  const server = join(whole.folder, 'postgres');
  await writers.during('before', 5);
  assert.equal((await whole.cli('backup', '--heads', heads)).code, 0);
  await copyServer(whole.postgres!, server, older);
  await writers.during('between', 10);
  await whole.stopServices();
  await copyServer(whole.postgres!, server, youngest);
  await putServerBack(whole.postgres!, server, older);
  report.done('services stopped, PostgreSQL put back, EventStoreDB left as it is');
  const checked = await whole.cli('restore', '--check', heads);
  assert.equal(checked.code, 1);
  const said = checked.lines.join('\n');
  assert.match(said, /rows of subject_keys are missing that events need/);
  assert.match(said, /rows of identities are missing that events need/);
  report.found('can that be believed?', 'no: the check names the keys and identities that later events need');
  return { heads, youngest };
}

/** The copy that may not be made: PostgreSQL before EventStoreDB. */
export const postgresBehindEventStore: Story = {
  name: 'postgres-behind-eventstore',
  situation: 'PostgreSQL is put back from an older copy, and EventStoreDB holds today',
  shape: { kind: 'server', eventStore: true },
  alone: true,
  tell: async (whole, report) => {
    await fallBehind(whole, report, await Writers.prepare(whole));
  },
};

export const postgresYoungerPutIn: Story = {
  name: 'postgres-behind-eventstore-younger',
  situation:
    'PostgreSQL is older than EventStoreDB, and then a younger copy of it is put in, services stopped',
  shape: { kind: 'server', eventStore: true },
  tell: async (whole, report) => {
    const writers = await Writers.prepare(whole);
    const { heads, youngest } = await fallBehind(whole, report, writers);
    await putServerBack(whole.postgres!, join(whole.folder, 'postgres'), youngest);
    report.done('the youngest copy of PostgreSQL put in');
    assert.equal((await whole.cli('restore', '--check', heads)).code, 0);
    report.done(`services started in ${await whole.startServices()} ms`);
    await writers.during('after', 5);
    await writers.allOnce();
    await mustAgree(whole, writers, report);
  },
};

/** Copies of both servers while appends are paused are of one moment. */
export const pausedCopies: Story = {
  name: 'paused-copies',
  situation: 'PostgreSQL and EventStoreDB are copied while appends are paused, under running services',
  shape: { kind: 'server', eventStore: true },
  tell: async (whole, report) => {
    const writers = await Writers.prepare(whole);
    const heads = join(whole.folder, 'paused-heads.json');
    const [server, copy] = [join(whole.folder, 'postgres'), join(whole.folder, 'paused-copy')];
    writers.start();
    await writers.more(10);
    assert.equal((await whole.cli('backup', '--pause', '--minutes', '5')).code, 0);
    const { size } = writers.registered;
    assert.equal((await whole.cli('backup', '--heads', heads)).code, 0);
    await copyServer(whole.postgres!, server, copy);
    const events = whole.eventStore!.copy();
    assert.equal(writers.registered.size, size, 'nothing is written while appends are paused');
    writers.phase = 'between';
    assert.equal((await whole.cli('backup', '--resume')).code, 0);
    await writers.more(5);
    report.found('do people write again?', 'yes');
    await writers.stop();
    await whole.stopServices();
    await putServerBack(whole.postgres!, server, copy);
    whole.eventStore!.putBack(events);
    report.done('both put back, services stopped');
    assert.equal((await whole.cli('restore', '--check', heads)).code, 0);
    report.found('can that be believed?', 'yes: at least what was there when the heads were taken');
    assert.equal((await whole.cli('backup', '--resume')).code, 0);
    report.done(`services started in ${await whole.startServices()} ms`);
    await writers.during('after', 5, 'signIn');
    await mustAgree(whole, writers, report, { registrations: ['between'] });
  },
};

/** Nothing is on the server that the system wrote, as on a new volume. */
export const eventStoreEmpty: Story = {
  name: 'eventstore-empty',
  situation:
    'EventStoreDB comes up empty while services are stopped, and is put back from the youngest copy while they run',
  shape: { kind: 'server', eventStore: true },
  tell: async (whole, report) => {
    const writers = await Writers.prepare(whole);
    await writers.during('before', 10, 'signIn', 'office');
    await whole.untilRead(writers);
    const youngest = whole.eventStore!.copy();
    await whole.stopServices();
    const bare = await FakeEventStoreDb.start();
    whole.eventStore!.putBack(bare.copy());
    await bare.stop();
    report.done('services stopped, EventStoreDB without anything');
    report.done(`services started in ${await whole.startServices()} ms`);
    for (const service of ['contract', 'device-registry', 'billing'] as const) {
      await whole.untilSaid(service);
      await whole.untilCompared(service, 1);
    }
    report.found('do they start?', 'yes, and say that their logs went back');
    whole.eventStore!.putBack(youngest);
    report.done('the youngest copy put in');
    for (const service of ['contract', 'device-registry', 'billing'] as const)
      await whole.untilCompared(service, 0);
    await writers.during('after', 5);
    await writers.allOnce();
    await mustAgree(whole, writers, report);
  },
};
