import { beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const DOMAIN = 'libs/billing/domain/src/index.ts';
const KERNEL = 'libs/language/kernel/src/index.ts';
const SERVICE = 'libs/billing/service/src/index.ts';
const SPEC = 'libs/billing/domain/src/months/months.spec.ts';

/** Each stands for a way to break the shape of the house, and must be named by the rule that guards it. */
const forbidden: readonly [what: string, file: string, text: string, rule: RegExp][] = [
  [
    'a domain that imports a driver',
    DOMAIN,
    `import pg from 'pg';\nexport { pg };\n`,
    /allowed to import "pg"/,
  ],
  [
    'a domain that imports a framework',
    DOMAIN,
    `import { Injectable } from '@nestjs/common';\nexport { Injectable };\n`,
    /allowed to import "@nestjs\/common"/,
  ],
  [
    'an error that is caught and not looked at',
    SERVICE,
    `export function f(g: () => void): void {\n  try {\n    g();\n  } catch {\n    // never mind\n  }\n}\n`,
    /A caught error is used/,
  ],
  [
    'an error that is caught under a name and not looked at',
    SERVICE,
    `export function f(g: () => void): void {\n  try {\n    g();\n  } catch (error) {\n    g();\n  }\n}\n`,
    /told-failures: A caught error is used/,
  ],
  [
    'a rejection that is caught and not looked at',
    SERVICE,
    `export const f = (work: Promise<void>): Promise<void> => work.catch(() => undefined);\n`,
    /A caught error is used/,
  ],
  [
    'a rejection that the second handler of then does not look at',
    SERVICE,
    `export const f = (work: Promise<number>) => work.then((n) => n, () => 0);\n`,
    /A caught error is used/,
  ],
  [
    'a try that returns what fails outside of it',
    SERVICE,
    `export async function f(g: () => Promise<number>): Promise<number> {\n  try {\n    return g();\n  } catch (error) {\n    throw new Error('told', { cause: error });\n  }\n}\n`,
    /return-await/,
  ],
  ['a domain that imports Node', DOMAIN, `import 'node:crypto';\n`, /'node:crypto' import is restricted/],
  ['a domain that imports Node by its bare name', DOMAIN, `import 'fs';\n`, /'fs' import is restricted/],
  [
    'a domain that imports the platform',
    DOMAIN,
    `import '@smartkey/database';\n`,
    /"type:domain" can only depend/,
  ],
  [
    'a domain that reads other services’ words',
    DOMAIN,
    `import '@smartkey/messages';\n`,
    /"type:domain" can only/,
  ],
  [
    'a context that imports another’s domain',
    SERVICE,
    `import '@smartkey/contract-domain';\n`,
    /"scope:billing" can only depend/,
  ],
  [
    'a context that imports another’s service',
    SERVICE,
    `import '@smartkey/authentication-service';\n`,
    /"type:service" can only depend/,
  ],
  [
    'the platform that imports a context',
    'libs/platform/http/src/index.ts',
    `import '@smartkey/billing-domain';\n`,
    /"type:platform" can only depend/,
  ],
  [
    'the language that imports the platform',
    'libs/language/calendar/src/index.ts',
    `import '@smartkey/secrets';\n`,
    /"type:language" can only depend/,
  ],
  [
    'a service that imports the workbench',
    SERVICE,
    `import '@smartkey/testing';\n`,
    /"type:service" can only depend/,
  ],
  [
    'a program that is shipped and imports the workbench',
    'apps/standalone/src/main.ts',
    `import '@smartkey/api-client';\n`,
    /"type:app" can only depend/,
  ],
  [
    'a library that reaches into an app',
    SERVICE,
    `import '../../../../apps/gateway/src/main.ts';\n`,
    /@nx\/enforce-module-boundaries/,
  ],
  ['a domain that reads the clock', DOMAIN, `export const now = Date.now();\n`, /reads no clock/],
  ['a domain that reads the clock by a Date', DOMAIN, `export const now = new Date();\n`, /reads no clock/],
  ['a domain that draws lots', DOMAIN, `export const lot = Math.random();\n`, /draws no lots/],
  ['a domain that waits', DOMAIN, `setTimeout(() => undefined, 1);\n`, /setTimeout/],
  ['a kernel that imports Node', KERNEL, `import 'node:crypto';\n`, /'node:crypto' import is restricted/],
  ['a kernel that reads the clock', KERNEL, `export const now = Date.now();\n`, /reads no clock/],
  ['a kernel that draws lots', KERNEL, `export const lot = Math.random();\n`, /draws no lots/],
  ['a kernel that waits', KERNEL, `setTimeout(() => undefined, 1);\n`, /setTimeout/],
  [
    'a kernel that draws lots from the world around it',
    KERNEL,
    `export const lot = crypto.randomUUID();\n`,
    /draws no lots/,
  ],
  [
    'a kernel that reads the machine’s other clock',
    KERNEL,
    `export const t = performance.now();\n`,
    /reads no clock/,
  ],
  ['a test that measures time', SPEC, `export const from = performance.now();\n`, /measures no time/],
  [
    'a test that measures how long the event loop was held',
    SPEC,
    `import { monitorEventLoopDelay } from 'node:perf_hooks';\nmonitorEventLoopDelay().enable();\n`,
    /measures no time/,
  ],
  [
    'a test that expects an end by the clock',
    SPEC,
    `import { expect } from '@jest/globals';\nconst from = 0;\nexpect(Date.now() - from).toBeLessThan(1_000);\n`,
    /measures no time/,
  ],
  [
    'a test with a tight limit',
    SPEC,
    `import { it } from '@jest/globals';\nit('ends', () => undefined, 120_000);\n`,
    /longer than the two minutes that all have/,
  ],
  [
    'a signal of several that may miss its end',
    SERVICE,
    `export const over = (one: AbortSignal, other: AbortSignal) => AbortSignal.any([one, other]);\n`,
    /can lose an end/,
  ],
  [
    'a test that asks again and again without an end',
    SPEC,
    `export const f = async (done: () => Promise<boolean>) => {\n  while (!(await done()));\n};\n`,
    /A wait has an end/,
  ],
  [
    'a test that pauses again and again without an end',
    SPEC,
    `export const f = async (seen: object[]) => {\n  while (seen.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));\n};\n`,
    /A wait has an end/,
  ],
  [
    'a test that looks again and again without an end',
    SPEC,
    `import { setTimeout as pause } from 'node:timers/promises';\nexport const f = async (look: () => Promise<boolean>) => {\n  for (;;) {\n    if (await look()) return;\n    await pause(5);\n  }\n};\n`,
    /A wait has an end/,
  ],
  ['money as a float', DOMAIN, `export const fee = parseFloat('0.1');\n`, /never a float/],
  [
    'a promise that nobody awaits',
    SERVICE,
    `const work = async (): Promise<void> => undefined;\nwork();\n`,
    /no-floating-promises/,
  ],
];

const allowed: readonly [what: string, file: string, text: string][] = [
  ['a domain that imports the language', DOMAIN, `import '@smartkey/kernel';\nimport '@smartkey/money';\n`],
  ['a service that imports its domain', SERVICE, `import '@smartkey/billing-domain';\n`],
  [
    'a service that imports messages and platform',
    SERVICE,
    `import '@smartkey/messages';\nimport '@smartkey/http';\n`,
  ],
];

describe('the boundaries of the workspace are checked by the linter', () => {
  let answers: readonly (readonly string[])[];

  beforeAll(() => {
    const sources = [...forbidden, ...allowed].map(([, file, text]) => ({ file, text }));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [fileURLToPath(new URL('support/lint-texts.mjs', import.meta.url))],
      {
        cwd: fileURLToPath(new URL('..', import.meta.url)),
        input: JSON.stringify(sources),
        encoding: 'utf8',
        // In CI the type-aware parser would take a file from the disk at its first sight, and not the text.
        env: { ...process.env, NX_DAEMON: 'false', TSESTREE_SINGLE_RUN: 'false' },
      },
    );
    if (status !== 0) throw new Error(stderr);
    answers = JSON.parse(stdout) as string[][];
  });

  it.each(forbidden.map(([what, , , rule], index) => ({ what, rule, index })))(
    '$what fails',
    ({ rule, index }) => {
      expect(answers[index]!.join('\n')).toMatch(rule);
    },
  );

  it.each(allowed.map(([what], index) => ({ what, index })))('$what passes', ({ index }) => {
    expect(answers[forbidden.length + index]).toEqual([]);
  });
});
