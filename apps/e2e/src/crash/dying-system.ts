import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ended } from '@smartkey/lifecycle';
import { ROOT, System, UNLINKED } from '@smartkey/testing/end-to-end';
import { DEATH_FILE, type DeathStep } from './die-at.ts';

/** A system that dies (SIGKILL) at a step of its work, and goes on after it. */
export class DyingSystem {
  private constructor(
    readonly system: System,
    private readonly deathFile: string,
  ) {}

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<DyingSystem> {
    const deathFile = join(ROOT, `.cache/die-at-${randomUUID()}.json`);
    const system = await System.start(
      {
        NODE_OPTIONS: `--import ${pathToFileURL(join(ROOT, 'apps/e2e/dist/crash/die-at.js')).href}`,
        [DEATH_FILE]: deathFile,
        ...environment,
      },
      UNLINKED,
    );
    return new DyingSystem(system, deathFile);
  }

  /** Arms the step, does what leads to it, waits for the end of the process, and starts it again. */
  async diesAt(at: DeathStep, work: () => Promise<unknown>): Promise<void> {
    await writeFile(this.deathFile, JSON.stringify(at));
    // Its call gets no answer.
    const cut = ended(work());
    await this.system.ended();
    await cut;
    await rm(this.deathFile);
    await this.system.resume();
  }

  async dispose(): Promise<void> {
    await rm(this.deathFile, { force: true });
    await this.system.dispose();
  }
}
