import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../packages.mjs';
import { PROGRAMS } from '../programs.mjs';
import { textOf } from './yaml-files.mjs';

export const ASSEMBLE = 'deploy/image/assemble.sh';

/** That everything named in the Dockerfile and its script is there. */
export function checkImage(report) {
  const dockerfile = textOf('deploy/Dockerfile');
  for (const program of PROGRAMS)
    if (!existsSync(join(root, `apps/${program}/src/main.ts`)))
      report.fault('image', `scripts/programs.mjs names ${program}, which is no program`);
  const paths = [
    ...dockerfile.matchAll(/\b(deploy\/[\w./-]+\w)/g),
    ...textOf(ASSEMBLE).matchAll(/\b((?:deploy|docs)\/[\w./-]+\.\w+)/g),
  ];
  for (const [, path] of paths)
    if (!existsSync(join(root, path))) report.fault('image', `${path} is named, but is not there`);
  const [, program] = /^CMD \["apps\/([\w-]+)\//m.exec(dockerfile);
  if (!PROGRAMS.includes(program)) report.fault('image', `CMD starts ${program}, which the image has not`);
  const tag = /^ARG NODE_IMAGE=node:(\d+\.\d+\.\d+)-/m.exec(dockerfile);
  if (tag === null) report.fault('image', 'the base image is not pinned to a version');
  for (const line of ['USER 1000:1000', 'HEALTHCHECK', 'ENTRYPOINT ["node"'])
    if (!dockerfile.includes(`\n${line}`)) report.fault('image', `the Dockerfile has no ${line}`);
  report.ran('image', `paths and programs of the Dockerfile are there (${PROGRAMS.length} programs)`);
  report.left('image', 'docker build: no engine here; the tag of the base image was not looked up');
}
