import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const NOBODY = 65_534;
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** A folder that the programs of an image may write to. */
export async function writableFolder(folder, name) {
  const path = join(folder, name);
  await mkdir(path, { mode: 0o700 });
  if (asNobody.uid !== undefined) await chown(path, NOBODY, NOBODY);
  return path;
}

/** A program of the image as a process: nothing in its environment but what it is given, nothing to write to but its own folder. */
export class ImageProgram {
  static #spawn(image, args, environment) {
    return spawn(process.execPath, [...args], {
      cwd: image,
      env: {
        NODE_ENV: 'production',
        PORT: '0',
        SMARTKEY_OPERATOR_KEY: 'try-it',
        ...environment,
        SMARTKEY_LOG_LEVEL: 'fatal',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
      ...asNobody,
    });
  }

  /** @returns the exit code. */
  static async run(image, args, environment) {
    const child = ImageProgram.#spawn(image, args, environment);
    child.stdout.resume();
    const [code] = await once(child, 'exit');
    return code;
  }

  /** @throws Error where it ends before it has said its address. */
  static async start(image, args, environment) {
    const child = ImageProgram.#spawn(image, args, environment);
    const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => text);
    const url = await Promise.race([line, once(child, 'exit').then(([code]) => code)]);
    if (typeof url !== 'string') throw new Error(`${args.join(' ')} ended with ${url} before it was ready`);
    return new ImageProgram(image, child, url);
  }

  constructor(image, child, url) {
    Object.assign(this, { image, child, url });
  }

  /** Asks by the image's own health check, as often as an engine would. @throws Error where it does not become ready. */
  async healthy(path = '/health/ready') {
    for (let tries = 1; ; tries += 1) {
      const { status, stderr } = spawnSync(process.execPath, ['deploy/image/health-check.mjs', path], {
        cwd: this.image,
        env: { PORT: new URL(this.url).port },
        encoding: 'utf8',
      });
      if (status === 0) return;
      if (tries === 60) throw new Error(`${this.url} is not ready: ${stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }

  /** @returns the exit code. */
  async stop() {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const [code] = await ended;
    return code;
  }
}
