// Lints what it is given (default: everything), the boundaries between rooms included.
import { ESLint } from 'eslint';
import { projectGraph } from './project-graph.mjs';
import { root } from './packages.mjs';

await projectGraph();
const paths = process.argv.slice(2);
// No cache: what one file may import depends on others.
const eslint = new ESLint({ cwd: root });
const results = await eslint.lintFiles(paths.length > 0 ? paths : ['.']);
const { format } = await eslint.loadFormatter('stylish');
process.stdout.write(await format(results));
process.exit(results.some(({ errorCount, warningCount }) => errorCount + warningCount > 0) ? 1 : 0);
