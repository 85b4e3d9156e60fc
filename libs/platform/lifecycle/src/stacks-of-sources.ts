import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { readable } from './failures.ts';

/** Of each file that a stack has named, and that was compiled. So many at most as the program has files. */
const maps = new Map<string, SourceMap | undefined>();

/**
 * From now on stacks name the lines of the sources, as with Node's `--enable-source-maps`. That reads and keeps the map of every file that
 * is loaded, a third of a start's processor time and some 50 MB; here a map is read when the first stack names its file.
 */
export function tellStacksOfSources(): void {
  if (process.sourceMapsEnabled) return;
  Error.prepareStackTrace = (error, sites) => [headOf(error), ...sites.map(lineOf)].join('\n    at ');
}

/** As Node begins a stack; its own errors show their code. */
function headOf(error: Error): string {
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string' && code.startsWith('ERR_')) return `${error.name} [${code}]: ${error.message}`;
  return Error.prototype.toString.call(error);
}

function lineOf(site: NodeJS.CallSite): string {
  const text = String(site);
  const file = site.getFileName();
  const line = site.getLineNumber();
  const column = site.getColumnNumber();
  if (typeof file !== 'string' || line === null || column === null) return text;
  const entry = mapOf(file)?.findEntry(line - 1, column - 1);
  if (entry === undefined || !('originalSource' in entry)) return text;
  const source = new URL(entry.originalSource, file);
  return text.replace(
    `${file}:${line}:${column}`,
    () => `${fileURLToPath(source)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`,
  );
}

function mapOf(file: string): SourceMap | undefined {
  if (!file.startsWith('file:') || file.includes('/node_modules/')) return undefined;
  if (!maps.has(file)) maps.set(file, readMap(file));
  return maps.get(file);
}

/** None where it is missing or cannot be read: a failure must be told all the same. */
const readMap = (file: string): SourceMap | undefined =>
  readable(
    () => new SourceMap(JSON.parse(readFileSync(new URL(`${file}.map`), 'utf8'))),
    ...['ENOENT', 'EACCES', 'EMFILE', 'ENFILE', 'SyntaxError'],
  );
