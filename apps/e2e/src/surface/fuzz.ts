import { parseArgs } from 'node:util';
import { runAmongServers } from '@smartkey/servers';
import { OPERATOR_KEY, System } from '@smartkey/testing/end-to-end';
import { populate, POPULATED, ROLES, UNLIMITED, type PopulatedRole } from './populated.ts';
import { attack } from './schemathesis.ts';

/**
 * `npm run fuzz -- [--role=<role>] [--examples=50] [--seed=1] [-- <options of schemathesis run>]`: Schemathesis over the OpenAPI
 * document with a key of each role, each time against a new system of `npm start`.
 */
const { values, positionals } = parseArgs({
  options: {
    role: { type: 'string', multiple: true, default: [...ROLES] },
    examples: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
  },
  allowPositionals: true,
});
await runAmongServers(async () => {
  const broken: string[] = [];
  for (const role of values.role) {
    const system = await System.start({ ...POPULATED, ...UNLIMITED });
    try {
      process.stdout.write(`\n${role}\n`);
      const held = await attack({
        url: system.url,
        role: role as PopulatedRole,
        populated: await populate(system, OPERATOR_KEY),
        examples: Number(values.examples),
        seed: Number(values.seed),
        more: positionals,
      });
      if (!held) broken.push(role);
      if (system.errors !== '') process.stdout.write(`what the system logged, its end:\n${system.errors}\n`);
    } finally {
      await system.dispose();
    }
  }
  process.stdout.write(
    broken.length === 0
      ? `fuzz: every answer was as the document says (${values.role.join(', ')})\n`
      : `fuzz: FAILED for ${broken.join(', ')}\n`,
  );
  return broken.length === 0 ? 0 : 1;
});
