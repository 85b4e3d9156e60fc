// Lints texts as if they stood in files of the workspace: [{file, text}] on stdin, [[message]] on stdout.
// A process of its own, for ESLint and Nx load themselves in ways that Jest's module loader does not know.
import { ESLint } from 'eslint';
import { text } from 'node:stream/consumers';
import { projectGraph } from '../../scripts/project-graph.mjs';

await projectGraph();
const eslint = new ESLint();
const answers = [];
for (const source of JSON.parse(await text(process.stdin))) {
  const [result] = await eslint.lintText(source.text, { filePath: source.file });
  answers.push(result.messages.map(({ ruleId, message }) => `${ruleId ?? 'parser'}: ${message}`));
}
process.stdout.write(JSON.stringify(answers));
