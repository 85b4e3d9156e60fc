import { ownFolder, removeFolder } from '@smartkey/servers';
import { Program } from './program.ts';

/** The whole with its modules one by one, as they were compiled: for a test that reaches into one, or asks which were loaded. */
export const UNLINKED = 'apps/standalone/dist/program.js';

/** The whole service in one process. */
export class System extends Program {
  /** A system with a new data folder. `environment` goes over the defaults: any free port, sandbox clock. */
  static async start(
    environment: Readonly<Record<string, string>> = {},
    main = 'apps/standalone/dist/main.js',
  ): Promise<System> {
    const dataFolder = await ownFolder('smartkey-e2e-');
    const system = new System(main, environment, dataFolder);
    await system.resume();
    return system;
  }

  /** Stops it and takes its data away. */
  async dispose(): Promise<void> {
    await this.kill();
    await removeFolder(this.dataFolder);
  }
}
