import { spawnSync } from 'node:child_process';

/** What ran, what could not, and what is wrong. */
export class Report {
  #faults = 0;

  ran(subject, what) {
    process.stdout.write(`ran      ${subject}: ${what}\n`);
  }

  left(subject, why) {
    process.stdout.write(`left out ${subject}: ${why}\n`);
  }

  fault(subject, what) {
    this.#faults += 1;
    process.stdout.write(`FAULT    ${subject}: ${what}\n`);
  }

  /** Runs a tool where it is installed. @returns whether it was; what it finds wrong is a fault. */
  tool(subject, command, args, options = {}) {
    const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...options });
    if (error?.code === 'ENOENT') return false;
    if (error !== undefined) throw error;
    if (status === 0) this.ran(subject, `${[command, ...args].join(' ')}`);
    else this.fault(subject, `${[command, ...args].join(' ')} ended with ${status}\n${stdout}${stderr}`);
    return true;
  }

  /** @returns the exit code. */
  end() {
    process.stdout.write(
      this.#faults === 0 ? 'deploy: no fault found\n' : `deploy: ${this.#faults} faults\n`,
    );
    return this.#faults === 0 ? 0 : 1;
  }
}
