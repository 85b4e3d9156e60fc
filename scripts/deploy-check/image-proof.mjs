import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../packages.mjs';
import { interpolated } from './compose.mjs';
import { ImageProgram, writableFolder } from './image-program.mjs';
import { ASSEMBLE } from './image.mjs';
import { built, SERVICES } from './programs.mjs';
import { documentsOf, textOf } from './yaml-files.mjs';

/**
 * Does what the Dockerfile does, in a copy of the tree under version control: its script, with a clean install. Then starts
 * programs from the result, as another user where this one is root, on an environment and a tree without anything else.
 */
export async function proveImage(report) {
  const folder = await mkdtemp(join(tmpdir(), 'smartkey-image-'));
  try {
    // Whoever runs the programs must be able to walk there.
    await chmod(folder, 0o711);
    const [source, image] = [join(folder, 'source'), join(folder, 'image')];
    await mkdir(source);
    const copy = 'git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$0"';
    run('sh', ['-c', copy, source], root);
    run('sh', [ASSEMBLE, image], source);
    await rm(source, { recursive: true });
    report.ran('image', `${ASSEMBLE} from a clean install, production dependencies only`);
    await startStandalone(report, folder, image);
    await startWhole(report, folder, image);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function startStandalone(report, folder, image) {
  const data = await writableFolder(folder, 'data');
  const program = await ImageProgram.start(image, ['apps/standalone/dist/main.js'], {
    SMARTKEY_DATA_DIR: data,
  });
  await program.healthy();
  await stopAll(report, new Map([['standalone', program]]));
  report.ran('image', 'standalone on the embedded database: ready by the health check, ended by SIGTERM');
}

/**
 * The whole of docker-compose.yml without an engine: its settings, with local addresses in the place of its names, a real PostgreSQL, a
 * real Kafka, key file and topics made by its jobs; everything but EventStoreDB, so that all logs lie in PostgreSQL.
 */
async function startWhole(report, folder, image) {
  const { KafkaBroker, PostgresServer, whyNoKafka } = await built('libs/workbench/servers/dist/index.js');
  const missing = whyNoKafka(root);
  if (missing !== undefined)
    return report.left('image', `the whole of ${COMPOSE} on a real Kafka: ${missing}`);
  const [compose] = documentsOf(textOf(COMPOSE));
  const stops = [];
  try {
    const postgres = await PostgresServer.start(join(folder, 'postgres'));
    stops.push(() => postgres.stop());
    const kafka = await KafkaBroker.start({ root, folder: join(folder, 'kafka') });
    stops.push(() => kafka.stop());
    const keys = await writableFolder(folder, 'keys');
    const ports = new Map();
    for (const name of [...SERVICES, 'gateway', 'portal']) ports.set(name, await freePort());
    const environmentOf = composeEnvironments(compose, { postgres, kafka, keys, ports });

    for (const job of ['keys', 'topics']) {
      const code = await ImageProgram.run(image, compose.services[job].command, environmentOf(job));
      if (code !== 0) throw new Error(`the job ${job} ended with ${code}`);
    }
    const programs = new Map();
    stops.push(() => stopAll(report, programs));
    const start = async (name) =>
      programs.set(name, await ImageProgram.start(image, [`apps/${name}/dist/main.js`], environmentOf(name)));
    await Promise.all(SERVICES.map(start));
    await Promise.all(['gateway', 'portal'].map(start));
    // Which is ready when all services are, their readers and watermarks included.
    await programs.get('gateway').healthy();
    await accept(programs.get('gateway').url, environmentOf('gateway').SMARTKEY_OPERATOR_KEY);
    await programs.get('portal').healthy();
    await openPage(environmentOf('gateway').SMARTKEY_PUBLIC_URL);
    report.ran(
      'image',
      `all programs with the settings of ${COMPOSE}, on a real PostgreSQL and Kafka: ready, an application taken, a page shown`,
    );
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

const COMPOSE = 'docker-compose.yml';

/** The environment of each service of the compose file, as it would be here. */
function composeEnvironments(compose, { postgres, kafka, keys, ports }) {
  return (name) => {
    const environment = interpolated(compose.services[name].environment);
    for (const [variable, value] of Object.entries(environment)) {
      const { hostname } = URL.canParse(value) ? new URL(value) : {};
      if (ports.has(hostname)) environment[variable] = `http://127.0.0.1:${ports.get(hostname)}`;
    }
    const { DATABASE_URL, KAFKA_BROKERS, SMARTKEY_KEY_FILE, ...others } = environment;
    delete others.EVENTSTORE_URL;
    return {
      ...others,
      ...(DATABASE_URL && { DATABASE_URL: postgres.url }),
      ...(KAFKA_BROKERS && { KAFKA_BROKERS: kafka.address }),
      ...(environment.SMARTKEY_PUBLIC_URL && {
        SMARTKEY_PUBLIC_URL: `http://localhost:${ports.get('gateway')}`,
      }),
      ...(SMARTKEY_KEY_FILE && { SMARTKEY_KEY_FILE: join(keys, 'keys.json') }),
      SMARTKEY_HOST: '127.0.0.1',
      ...(ports.has(name) && { PORT: String(ports.get(name)) }),
    };
  };
}

async function accept(url, key) {
  const answer = await fetch(`${url}/v1/contracts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      applicant: { name: '株式会社見本', iijIdContract: 'iij-id-0001' },
      plan: 'enterprise',
    }),
  });
  if (answer.status !== 201)
    throw new Error(`an application was answered ${answer.status} ${await answer.text()}`);
}

/** The sign-in, by way of the gateway, as a browser would open it. */
async function openPage(publicUrl) {
  const answer = await fetch(`${publicUrl}/portal/sign-in`);
  const text = await answer.text();
  if (answer.status !== 200 || !text.includes('<h1'))
    throw new Error(`the sign-in page was answered ${answer.status} ${text.slice(0, 300)}`);
}

async function stopAll(report, programs) {
  const ended = await Promise.all([...programs].map(async ([name, program]) => [name, await program.stop()]));
  for (const [name, code] of ended)
    if (code !== 0) report.fault('image', `${name} ended with ${code} on SIGTERM`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
}
