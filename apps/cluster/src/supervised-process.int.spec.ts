import { until } from '@smartkey/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ProgramFailedError, type ProgramOptions, SupervisedProcess } from './supervised-process.ts';

type Change = Parameters<NonNullable<ProgramOptions['onChange']>>[0];

const SERVES = `process.once('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000); console.log('ready');`;

describe('a supervised program', () => {
  let folder: string;
  let supervised: SupervisedProcess | undefined;
  let changes: Change[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'smartkey-supervised-'));
    changes = [];
  });
  afterEach(async () => {
    await supervised?.stop();
    supervised = undefined;
    rmSync(folder, { recursive: true });
  });

  const supervise = (source: string, more: Partial<ProgramOptions> = {}): SupervisedProcess => {
    const main = join(folder, 'program.mjs');
    writeFileSync(main, source);
    supervised = new SupervisedProcess({
      name: 'program',
      main,
      environment: { FOLDER: folder },
      log: pino({ level: 'silent' }),
      onChange: (change) => changes.push(change),
      ...more,
    });
    return supervised;
  };
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it('is started when it has said that it is ready', async () => {
    const program = supervise(SERVES);
    await program.start();
    expect(isAlive(program.pid!)).toBe(true);
    expect(changes.map(({ pid, ready }) => [pid, ready])).toEqual([
      [program.pid, false],
      [program.pid, true],
    ]);
  });

  it('has failed where it ends before its first word, and is not tried again', async () => {
    const program = supervise(`process.exit(3)`);
    await expect(program.start()).rejects.toThrow(ProgramFailedError);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(changes.filter(({ pid }) => pid !== undefined)).toHaveLength(1);
  });

  it('is started again when it dies, and each change is told', async () => {
    const program = supervise(SERVES);
    await program.start();
    const former = program.pid!;
    process.kill(former, 'SIGKILL');
    await until(() => changes.at(-1)!.ready && changes.at(-1)!.pid !== former);
    const next = program.pid;
    expect(changes.map(({ pid, ready }) => [pid, ready])).toEqual([
      [former, false],
      [former, true],
      [undefined, false],
      [next, false],
      [next, true],
    ]);
  });

  it('waits longer and longer for one that dies again and again', async () => {
    // Ready at its first start, then it ends at once.
    const source = `
      import { existsSync, writeFileSync } from 'node:fs';
      const been = process.env.FOLDER + '/been';
      if (existsSync(been)) process.exit(1);
      writeFileSync(been, '');
      setTimeout(() => process.exit(1), 50);
      console.log('ready');`;
    let starts = 0;
    let early = 0;
    let isTooEarly = false;
    const program = supervise(source, {
      onChange: ({ pid, ready }) => {
        if (ready) return;
        if (pid !== undefined) {
          starts += 1;
          if (isTooEarly) early += 1;
          return;
        }
        isTooEarly = true;
        setTimeout(() => (isTooEarly = false), 180 * 2 ** (starts - 1));
      },
    });
    await program.start();
    await until(() => starts === 4);
    expect(early).toBe(0);
  });

  it('ends when it is told to stop, also while it is paused, and stays ended', async () => {
    const program = supervise(SERVES);
    await program.start();
    const pid = program.pid!;
    process.kill(pid, 'SIGSTOP');
    await program.stop();
    expect(isAlive(pid)).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(changes.filter((change) => change.pid !== undefined && change.pid !== pid)).toEqual([]);
  });

  it('is ended where it does not end in time', async () => {
    const program = supervise(
      `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready');`,
      {
        stopMillis: 200,
      },
    );
    await program.start();
    const pid = program.pid!;
    await program.stop();
    expect(isAlive(pid)).toBe(false);
  });
});
