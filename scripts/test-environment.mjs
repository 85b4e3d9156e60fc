// What every suite runs in: that of Jest, and no worker goes on after a suite that failed. Whatever such a suite still waits for or
// serves stays in the process otherwise, and takes the suites that follow there with it.
import { ofJest } from './of-jest.mjs';

const { TestEnvironment } = ofJest('@jest/core', 'jest-config', 'jest-environment-node');

/** @public for Jest (jest.config.mjs). */
export default class SuiteEnvironment extends TestEnvironment {
  #failed = false;

  handleTestEvent({ name }) {
    if (name === 'test_fn_failure' || name === 'hook_failure') this.#failed = true;
  }

  async teardown() {
    await super.teardown();
    // Not in the process of Jest itself. Jest asks a worker for its memory as soon as it has the suite's results; to one that ends
    // then, by itself and with a code that is not 0, it starts a successor, which gets what had been asked for meanwhile.
    if (this.#failed && process.send !== undefined) process.once('message', () => process.exit(1));
  }
}
