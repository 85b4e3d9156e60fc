import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { root } from '../packages.mjs';

/** Paths, relative to the root, of all files below a folder with one of the endings. */
export const filesBelow = (folder, ...endings) =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();

export const textOf = (path) => readFileSync(join(root, path), 'utf8');

/** The documents of a YAML text, merge keys resolved. @throws Error naming the line. */
export const documentsOf = (text) =>
  parseAllDocuments(text, { merge: true }).map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw new Error(problem.message);
    return document.toJS();
  });

export function checkYaml(report) {
  const files = ['docker-compose.yml', ...filesBelow('deploy', '.yml', '.yaml')];
  for (const file of files)
    try {
      documentsOf(textOf(file));
    } catch (error) {
      report.fault('yaml', `${file}: ${error.message}`);
    }
  report.ran('yaml', `${files.length} files parsed, keys unique`);
}
