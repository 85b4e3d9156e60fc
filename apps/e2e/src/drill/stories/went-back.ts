import assert from 'node:assert/strict';
import { mustAgree } from '../agreement.ts';
import type { Report } from '../report.ts';
import { topicsHoldLogs } from '../stage/topics.ts';
import type { Service, Whole } from '../stage/whole.ts';
import type { Shape } from '../shape.ts';
import type { Story } from '../story.ts';
import { type Phase, Writers } from '../writers.ts';

/** Whether services run while a copy is put back, or are stopped before and started after. */
export type Meanwhile = 'running' | 'stopped';

/** A copy of what is about to be lost. */
export interface Copy {
  putBack(): Promise<void>;
}

/** What is put back from an older copy, and whose logs lose events by it. */
export interface Situation {
  readonly name: string;
  /** `EventStoreDB`, as the subject of a sentence. */
  readonly what: string;
  readonly shape: Shape;
  readonly back: readonly Service[];
  /** Of the kinds of what people are promised, those that lie in what is put back. */
  readonly holds: readonly ('registrations' | 'signIns')[];
  copy(whole: Whole): Promise<Copy>;
}

/** A log goes back, which is noticed and named; then a younger copy is put in, and nothing is lost. */
export function youngerPutIn(told: Situation, meanwhile: Meanwhile): Story {
  return {
    name: `${told.name}-older-${meanwhile}`,
    situation: `${told.what} is put back from an older copy, then from the youngest there is; services ${inWords(meanwhile)}`,
    shape: told.shape,
    tell: async (whole, report) => {
      const writers = await Writers.prepare(whole);
      await writeOn(writers);
      const older = await told.copy(whole);
      await writers.more(10);
      await writers.signIn();
      // Nothing is under way that the youngest copy would lack.
      await writers.stop();
      await whole.untilRead(writers);
      const youngest = await told.copy(whole);
      writers.phase = 'between';
      await put(whole, report, older, meanwhile, 'the older copy');
      writers.start();
      await mustBeNoticed(whole, report, writers, told);
      await put(whole, report, youngest, meanwhile, 'the youngest copy');
      writers.phase = 'after';
      await mustStandAgain(whole, report, told, writers);
      await writers.stop();
      await writers.signInOnce();
      await mustAgree(whole, writers, report, between(told));
      if (whole.shape.kind === 'cluster')
        report.found('do the topics hold what the logs hold?', await topicsHoldLogs(whole));
    },
  };
}

/** There is no younger copy: two accept the loss, and everything agrees without what is gone; so often as it happens. */
export function lossAccepted(told: Situation, meanwhile: Meanwhile, times = 1): Story {
  return {
    name: `${told.name}-lost-${meanwhile}${times === 1 ? '' : `-${times}-times`}`,
    situation: `${told.what} is put back from an older copy${times === 1 ? '' : ` ${times} times`}, and the loss is accepted; services ${inWords(meanwhile)}`,
    shape: told.shape,
    tell: async (whole, report) => {
      const writers = await Writers.prepare(whole);
      for (let time = 1; time <= times; time += 1) {
        writers.phase = 'before';
        await writeOn(writers);
        writers.phase = 'between';
        const older = await told.copy(whole);
        await writers.more(10);
        await writers.signIn();
        await writers.stop();
        await whole.untilRead(writers);
        await put(whole, report, older, meanwhile, 'the older copy');
        writers.start();
        await mustBeNoticed(whole, report, writers, told);
        for (const service of told.back) await accept(whole, service);
        writers.phase = 'after';
        await mustStandAgain(whole, report, told, writers);
        await writers.signInOnce();
        await writers.stop();
      }
      await mustAgree(whole, writers, report, between(told));
    },
  };
}

/** One proposes, another confirms. */
export async function accept(whole: Whole, service: Service): Promise<void> {
  const reason = ['--reason', 'no younger copy is left'];
  const proposed = await whole.cli('log', 'accept-loss', service, '--by', 'operator of the night', ...reason);
  assert.equal(proposed.code, 0, 'the loss is proposed');
  const confirmed = await whole.cli('log', 'accept-loss', service, '--by', 'operator of the day');
  assert.equal(confirmed.code, 0, 'the loss is accepted');
}

const inWords = (meanwhile: Meanwhile): string =>
  meanwhile === 'running' ? 'run on' : 'are stopped meanwhile';

/** What was acknowledged on the older copy, before that was noticed, goes with it. */
const between = ({ holds }: Situation): Partial<Record<'registrations' | 'signIns', readonly Phase[]>> =>
  Object.fromEntries(holds.map((kind) => [kind, ['between']]));

async function writeOn(writers: Writers): Promise<void> {
  writers.start();
  await writers.more(10);
  await writers.signIn();
}

async function put(
  whole: Whole,
  report: Report,
  copy: Copy,
  meanwhile: Meanwhile,
  what: string,
): Promise<void> {
  if (meanwhile === 'stopped') await whole.stopServices();
  const begun = performance.now();
  await copy.putBack();
  report.done(`${what} put in, in ${Math.round(performance.now() - begun)} ms`);
  if (meanwhile === 'stopped') report.done(`services started in ${await whole.startServices()} ms`);
}

/** Who asks is told by each service whose log went back; and what would write to it is refused by that name. */
async function mustBeNoticed(
  whole: Whole,
  report: Report,
  writers: Writers,
  { back }: Situation,
): Promise<void> {
  const begun = performance.now();
  for (const service of back) await whole.untilCompared(service, 1);
  const noticed = Math.round(performance.now() - begun);
  report.found(
    `who notices that ${back.join(', ')} went back?`,
    `those who have read it, within ${noticed} ms`,
  );
  if (back.includes('device-registry')) {
    await writers.refusedMore();
    report.found('what does a registration say?', '503 log-went-back');
  }
  const { sound } = await whole.operator.post<{ sound: boolean }>('/audit/verification');
  assert.equal(sound, false, 'the verification is not sound while a log went back');
  report.found('is the verification sound?', 'no');
}

async function mustStandAgain(
  whole: Whole,
  report: Report,
  { back }: Situation,
  writers: Writers,
): Promise<void> {
  const begun = performance.now();
  for (const service of back) await whole.untilCompared(service, 0);
  await writers.more(5);
  report.found('is it written again?', `yes, within ${Math.round(performance.now() - begun)} ms`);
}
