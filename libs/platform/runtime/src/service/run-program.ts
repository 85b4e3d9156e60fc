import { writeSync } from 'node:fs';

/** What a program runs until it is told to stop. */
export interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

/** What people can put right: told in one sentence, without a stack. By name, for some are of packages above this one. */
const TOLD = new Set([
  'ConfigurationError',
  'KeyMaterialError',
  'FolderInUseError',
  'GatewaySettingError',
  'TopicMismatchError',
  'UnusableSettingError',
]);

/**
 * The life of a program: prints the URL, one line, once it is ready; stops cleanly on SIGTERM and SIGINT (exit code 0);
 * an unusable setting ends it with a sentence that names it (exit code 1).
 */
export async function runProgram(start: () => Promise<Running>): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  try {
    const running = await start();
    writeSync(1, `${running.url}\n`);
    await stopped;
    await running.stop();
    process.exitCode = 0;
  } catch (error) {
    writeSync(2, `${describe(error)}\n`);
    process.exitCode = 1;
  }
  // What is still open, a connection of a client that keeps it, must not keep the program.
  process.exit();
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (TOLD.has(error.name)) return error.message;
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return `PORT ${error.message}`;
  return error.stack ?? error.message;
}
