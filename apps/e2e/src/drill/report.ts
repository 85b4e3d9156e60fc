/** What a story asks and finds, told as it goes: who reads it later has only these lines. */
export class Report {
  constructor(private readonly line: (text: string) => void) {}

  heading(name: string, situation: string): void {
    this.line(`\n=== ${name}: ${situation}`);
  }

  /** What is done to the system. */
  done(text: string): void {
    this.line(`  - ${text}`);
  }

  /** A question, and what the system answers. */
  found(asked: string, answer: string): void {
    this.line(`  ? ${asked}\n    ${answer}`);
  }

  /** A command as it is typed, and what it printed. */
  command(
    words: readonly string[],
    outcome: { readonly code: number; readonly lines: readonly string[]; readonly millis: number },
  ): void {
    this.line(`  $ npm run cli -- ${words.join(' ')}`);
    for (const each of outcome.lines) this.line(`    ${each}`);
    this.line(`    (exit code ${outcome.code}, ${outcome.millis} ms)`);
  }

  ended(name: string, millis: number, failure?: string): void {
    this.line(
      `--- ${name}: ${failure === undefined ? 'as it must be' : `FAILED: ${failure}`}, ${Math.round(millis / 1_000)} s`,
    );
  }
}
