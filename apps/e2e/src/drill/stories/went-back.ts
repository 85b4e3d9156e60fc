import assert from 'node:assert/strict';
import type { ServiceName } from '@smartkey/event-bus';
import { type Allowed, mustAgree, type Promised } from '../agreement.ts';
import type { Report } from '../report.ts';
import { decideAboutDocuments } from '../sent-documents.ts';
import { foreignCopiesAgree } from '../stage/foreign-copy.ts';
import { topicHolds, topicsHoldLogs } from '../stage/topics.ts';
import type { Said } from '../stage/said-of-log.ts';
import type { CliOutcome } from '../stage/typed-command.ts';
import type { Whole } from '../stage/whole.ts';
import type { Shape } from '../shape.ts';
import type { Story } from '../story.ts';
import { Writers } from '../writers.ts';
import { inWords, type Meanwhile } from './meanwhile.ts';

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
  readonly back: readonly ServiceName[];
  /** Of the kinds of what people are promised, those that lie in what is put back. */
  readonly holds: readonly Promised[];
  /**
   * Who knows of the loss: readers whose marks lie elsewhere in the same server, so that it can be seen and accepted while nothing runs; the topics,
   * which services ask; or nobody but who has put the copy back.
   */
  readonly known: 'to data' | 'to topics' | 'to nobody';
  copy(whole: Whole): Promise<Copy>;
  /** What falls behind in another way than as a copy that is put back. */
  fallBehind?(whole: Whole): Promise<Copy>;
}

/** Readers look by themselves each minute. */
const A_LOOK_MILLIS = 75_000;
/** So many that there is hardly a partition of a topic on which nothing was lost. */
const MANY = 40;

/** A log goes back, which is noticed and named; then a younger copy is put in, and nothing is lost. */
export function youngerPutIn(told: Situation, meanwhile: Meanwhile): Story {
  return {
    name: `${told.name}-older-${meanwhile}`,
    situation: `${told.what} is put back from an older copy, then from the youngest there is; services ${inWords(meanwhile)}`,
    shape: told.shape,
    tell: async (whole, report) => {
      const writers = await Writers.prepare(whole);
      await writeOn(writers);
      const older = await (told.fallBehind ?? told.copy)(whole);
      await writeMore(whole, writers);
      const youngest = await told.copy(whole);
      writers.phase = 'between';
      await put(whole, report, older, meanwhile, 'the older copy');
      writers.start();
      await mustBeNoticed(whole, report, writers, told);
      await put(whole, report, youngest, meanwhile, 'the youngest copy');
      writers.phase = 'after';
      const givenUp = await mustStandAgain(whole, report, told, writers);
      await writers.stop();
      await writers.allOnce();
      // What was appended to the older copy may have been a document, for all that anybody knows.
      if (givenUp.includes('billing')) await decideAboutDocuments(whole, writers, report);
      await mustAgree(whole, writers, report, between(told));
      if (whole.shape.kind === 'cluster') {
        report.found('do the topics hold what the logs hold?', await topicsHoldLogs(whole));
        report.found(
          'has a foreign reader what the logs hold, and nothing else?',
          await foreignCopiesAgree(whole),
        );
      }
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
        const older = await (told.fallBehind ?? told.copy)(whole);
        await writeMore(whole, writers);
        if (meanwhile === 'stopped' && told.known !== 'to topics')
          await acceptWhileStopped(whole, report, older, told);
        else {
          await put(whole, report, older, meanwhile, 'the older copy');
          writers.start();
          await mustBeNoticed(whole, report, writers, told);
          for (const service of told.back) await accept(whole, service);
        }
        writers.phase = 'after';
        if (meanwhile === 'stopped') writers.start();
        await mustStandAgain(whole, report, told, writers);
        await writers.allOnce();
        await writers.stop();
        if (told.back.includes('billing')) await decideAboutDocuments(whole, writers, report);
      }
      await mustAgree(whole, writers, report, between(told));
      if (whole.shape.kind === 'cluster') {
        report.found(
          'do the topics hold what was registered since?',
          await topicHolds(whole, writers, 'after'),
        );
        report.found(
          'has a foreign reader what the logs hold, and nothing else?',
          await foreignCopiesAgree(whole),
        );
      }
    },
  };
}

/** One proposes, another confirms. */
export async function accept(whole: Whole, service: ServiceName | 'gateway'): Promise<void> {
  const reason = ['--reason', 'no younger copy is left'];
  const proposed = await whole.cli('log', 'accept-loss', service, '--by', 'operator of the night', ...reason);
  assert.equal(proposed.code, 0, 'the loss is proposed');
  const confirmed = await whole.cli('log', 'accept-loss', service, '--by', 'operator of the day');
  assert.equal(confirmed.code, 0, 'the loss is accepted');
}

/** What was acknowledged on the older copy, before that was noticed, goes with it. */
const between = ({ holds }: Situation): Allowed =>
  Object.fromEntries(holds.map((kind) => [kind, ['between']]));

async function writeOn(writers: Writers): Promise<void> {
  writers.start();
  await writers.more(10);
  await writers.signIn();
  await writers.office();
  if (writers.sent.size === 0) await writers.bill();
}

/** Until nothing is under way that a copy would lack, and everything is read. */
async function writeMore(whole: Whole, writers: Writers): Promise<void> {
  await writers.more(MANY);
  await writers.signIn();
  await writers.office();
  await writers.bill();
  await writers.stop();
  await whole.untilRead(writers);
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

async function acceptWhileStopped(
  whole: Whole,
  report: Report,
  older: Copy,
  { back, known }: Situation,
): Promise<void> {
  await whole.stopServices();
  await older.putBack();
  report.done('services stopped, the older copy put in');
  chainsAreWhole(await whole.cli('verify'));
  for (const service of known === 'to nobody' ? ([...back, 'gateway'] as const) : back) {
    if (known === 'to nobody') await declare(whole, service);
    assert.equal((await whole.cli('log', 'compare', service)).code, 1);
    await accept(whole, service);
    if (known !== 'to nobody')
      assert.equal((await whole.cli('log', 'compare', service)).code, 1, 'readers have yet to be made anew');
  }
  report.done(`services started in ${await whole.startServices()} ms`);
}

/** Who put the copy back says that it is older, for nobody else knows. */
async function declare(whole: Whole, service: ServiceName | 'gateway'): Promise<void> {
  const said = ['--by', 'operator of the night', '--reason', 'the copy of 03:00 was put back'];
  assert.equal((await whole.cli('log', 'declare-loss', service, ...said)).code, 0);
}

/** In a copy; what lay beyond its end is missed where a checkpoint was signed, or a tree was kept elsewhere. */
function chainsAreWhole({ code, lines }: CliOutcome): void {
  const faults = lines.filter((line) => /(?:^| )(?:log|event|leaf|node)-[a-z]+: /.test(line));
  assert.ok(
    faults.every((line) => / (?:log-shorter|event-missing): /.test(line)),
    faults.join('\n'),
  );
  assert.equal(code, faults.length === 0 ? 0 : 1, lines.join('\n'));
  for (const line of lines.filter((each) => each.includes(' streams, '))) assert.match(line, / 0 broken$/);
}

/** Whose log went back says so by itself, in each way; and what would write to it is refused by that name. */
async function mustBeNoticed(
  whole: Whole,
  report: Report,
  writers: Writers,
  { back }: Situation,
): Promise<void> {
  const begun = performance.now();
  const noticed = await Promise.all(
    back.map(async (service) => {
      await whole.untilSaid(service);
      return `${service} after ${Math.round(performance.now() - begun)} ms`;
    }),
  );
  report.found('who says by metric and health that it went back, asked by nobody?', noticed.join(', '));
  for (const service of back) await whole.untilCompared(service, 1);
  if (back.includes('device-registry')) {
    await writers.refusedMore();
    report.found('what does a registration say?', '503 log-went-back');
  }
  const { sound, services } = await whole.operator.post<{
    readonly sound: boolean;
    readonly services: readonly { readonly source: string; readonly wentBack: object | null }[];
  }>('/audit/verification');
  assert.equal(sound, false, 'the verification is not sound while a log went back');
  const named = services.filter(({ wentBack }) => wentBack !== null).map(({ source }) => source);
  assert.deepEqual([...named].sort(), [...back].sort(), 'the verification names each, and no other');
  assert.equal((await whole.cli('verify')).code, 1, 'and so does the command line');
  report.found('is the verification sound?', `no: it names ${named.join(', ')}`);
}

/**
 * @returns the services of which two have given up what was appended to a copy that is gone, and was read.
 * @throws where it is not written again.
 */
async function mustStandAgain(
  whole: Whole,
  report: Report,
  { back }: Situation,
  writers: Writers,
): Promise<readonly ServiceName[]> {
  const begun = performance.now();
  const givenUp: ServiceName[] = [];
  for (const service of back) if (await mustBeWritten(whole, report, service)) givenUp.push(service);
  for (const service of back) await whole.untilCompared(service, 0);
  await writers.more(5);
  report.found('is it written again?', `yes, within ${Math.round(performance.now() - begun)} ms`);
  return givenUp;
}

/** A copy that was just put in knows nothing yet: it stands once those who read the log have looked twice and found nothing. @returns whether something had to be given up. */
async function mustBeWritten(whole: Whole, report: Report, service: ServiceName): Promise<boolean> {
  let gaveUp = false;
  const stands = ({ metric }: Said): boolean => metric === 0;
  for (let looks = 0; looks < 2;) {
    const { code } = await whole.cli('log', 'compare', service);
    if (code === 0) looks += 1;
    else if (!stands(await whole.saidWithin(service, stands, A_LOOK_MILLIS))) {
      report.done('somebody has read what was appended before the loss was noticed: a loss of its own');
      await accept(whole, service);
      gaveUp = true;
    }
  }
  return gaveUp;
}
