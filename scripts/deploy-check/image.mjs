import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../packages.mjs';
import { textOf } from './yaml-files.mjs';

const ASSEMBLE = 'deploy/image/assemble.sh';

/** Programs that the image has. */
export const imagePrograms = () => /programs='([^']+)'/.exec(textOf(ASSEMBLE))[1].split(' ');

/** That everything named in the Dockerfile and its script is there. */
export function checkImage(report) {
  const dockerfile = textOf('deploy/Dockerfile');
  for (const program of imagePrograms())
    if (!existsSync(join(root, `apps/${program}/src/main.ts`)))
      report.fault('image', `${ASSEMBLE} names ${program}, which is no program`);
  const paths = [
    ...dockerfile.matchAll(/\b(deploy\/[\w./-]+\w)/g),
    ...textOf(ASSEMBLE).matchAll(/\b((?:deploy|docs)\/[\w./-]+\.\w+)/g),
  ];
  for (const [, path] of paths)
    if (!existsSync(join(root, path))) report.fault('image', `${path} is named, but is not there`);
  const [, program] = /^CMD \["apps\/([\w-]+)\//m.exec(dockerfile);
  if (!imagePrograms().includes(program))
    report.fault('image', `CMD starts ${program}, which the image has not`);
  const tag = /^ARG NODE_IMAGE=node:(\d+\.\d+\.\d+)-/m.exec(dockerfile);
  if (tag === null) report.fault('image', 'the base image is not pinned to a version');
  for (const line of ['USER 1000:1000', 'HEALTHCHECK', 'ENTRYPOINT ["node"'])
    if (!dockerfile.includes(`\n${line}`)) report.fault('image', `the Dockerfile has no ${line}`);
  report.ran('image', `paths and programs of the Dockerfile are there (${imagePrograms().length} programs)`);
  report.left('image', 'docker build: no engine here; the tag of the base image was not looked up');
}

/**
 * Does what the Dockerfile does, in a copy of the tree under version control: its script, with a clean install. Then starts programs from
 * the result, as another user where this one is root, on an environment and a tree without anything else.
 */
export async function proveImage(report) {
  const folder = await mkdtemp(join(tmpdir(), 'smartkey-image-'));
  try {
    // Whoever runs the programs must be able to walk there.
    await chmod(folder, 0o755);
    const [source, image] = [join(folder, 'source'), join(folder, 'image')];
    await mkdir(source);
    run(
      'sh',
      [
        '-c',
        'git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$0"',
        source,
      ],
      root,
    );
    run('sh', [ASSEMBLE, image], source);
    await rm(source, { recursive: true });
    report.ran('image', `${ASSEMBLE} from a clean install, production dependencies only`);
    await startStandalone(report, folder, image);
    await startService(report, folder, image);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function startStandalone(report, folder, image) {
  const data = await writableFolder(folder, 'data');
  const program = await Program.start(image, ['apps/standalone/dist/main.js'], { SMARTKEY_DATA_DIR: data });
  await program.healthy();
  const code = await program.stop();
  if (code !== 0) report.fault('image', `the standalone program ended with ${code} on SIGTERM`);
  report.ran(
    'image',
    `standalone on the embedded database: ready, health check ${program.checked}, exit code ${code} on SIGTERM`,
  );
}

/** One service on a PostgreSQL server, its key file made by the command that compose uses. */
async function startService(report, folder, image) {
  const { PostgresServer } = await import(
    new URL('../../libs/platform/servers/dist/index.js', import.meta.url).href
  );
  await chmod(folder, 0o711);
  const server = await PostgresServer.start(join(folder, 'postgres'));
  try {
    const keys = await writableFolder(folder, 'keys');
    const environment = { SMARTKEY_KEY_FILE: join(keys, 'keys.json'), DATABASE_URL: server.url };
    const made = await Program.run(image, ['apps/cli/dist/main.js', 'keys', 'create'], environment);
    if (made !== 0) report.fault('image', `keys create ended with ${made}`);
    for (const peer of ['CONTRACT', 'DEVICE_REGISTRY', 'AUTHENTICATION', 'BILLING'])
      environment[`SMARTKEY_${peer}_URL`] = 'http://127.0.0.1:9';
    const program = await Program.start(image, ['apps/contract/dist/main.js'], environment);
    await program.healthy('/health/ready?exclude=projections&exclude=watermark');
    const code = await program.stop();
    if (code !== 0) report.fault('image', `the contract service ended with ${code} on SIGTERM`);
    report.ran(
      'image',
      `contract service on PostgreSQL with the key file of \`keys create\`: ready, exit code ${code} on SIGTERM`,
    );
  } finally {
    await server.stop();
  }
}

const NOBODY = 65_534;
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

async function writableFolder(folder, name) {
  const path = join(folder, name);
  await mkdir(path, { mode: 0o700 });
  if (asNobody.uid !== undefined) await chown(path, NOBODY, NOBODY);
  return path;
}

/** A program of the image as a process: nothing in its environment but what it is given, nothing to write to but its own folder. */
class Program {
  checked = 'not asked';

  static #spawn(image, args, environment) {
    return spawn(process.execPath, ['--enable-source-maps', ...args], {
      cwd: image,
      env: {
        NODE_ENV: 'production',
        PORT: '0',
        SMARTKEY_LOG_LEVEL: 'error',
        SMARTKEY_OPERATOR_KEY: 'try-it',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
      ...asNobody,
    });
  }

  static async run(image, args, environment) {
    const child = Program.#spawn(image, args, environment);
    child.stdout.resume();
    const [code] = await once(child, 'exit');
    return code;
  }

  /** @throws Error where it ends before it has said its address. */
  static async start(image, args, environment) {
    const child = Program.#spawn(image, args, environment);
    const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => text);
    const url = await Promise.race([line, once(child, 'exit').then(([code]) => code)]);
    if (typeof url !== 'string') throw new Error(`${args.join(' ')} ended with ${url} before it was ready`);
    return new Program(image, child, url);
  }

  constructor(image, child, url) {
    Object.assign(this, { image, child, url });
  }

  /** Asks by the image's own health check, as often as an engine would. */
  async healthy(path = '/health/ready') {
    for (let tries = 0; ; tries += 1) {
      const { status } = spawnSync(process.execPath, ['deploy/image/health-check.mjs', path], {
        cwd: this.image,
        env: { PORT: new URL(this.url).port },
        stdio: tries < 30 ? 'ignore' : 'inherit',
      });
      if (status === 0) break;
      if (tries === 30) throw new Error(`${this.url}${path} is not ready`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    this.checked = 'passed';
  }

  async stop() {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const [code] = await ended;
    return code;
  }
}

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
}
