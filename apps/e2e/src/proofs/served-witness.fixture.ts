import { join } from 'node:path';
import { serveWitness, Witness } from '@smartkey/transparency';
import { pino } from 'pino';
import { Registry } from 'prom-client';

/** A witness of a spec's own, served where the system that it watches can ask it. */
export class ServedWitness {
  /** Keys of the logs that it watches, a line each. */
  known = '';

  private constructor(
    /** What the system is told of it. */
    readonly settings: { readonly SMARTKEY_WITNESS_URL: string; readonly SMARTKEY_WITNESS_KEY: string },
    readonly stop: () => Promise<void>,
  ) {}

  /** @param folder holds its key and its state. */
  static async start(folder: string): Promise<ServedWitness> {
    const watched: { by?: ServedWitness } = {};
    const witness = await Witness.open({
      folder: join(folder, 'witness'),
      name: 'witness.example/w1',
      logs: () => Promise.resolve(watched.by?.known ?? ''),
    });
    const log = pino({ level: 'silent' });
    const served = await serveWitness(witness, { host: '127.0.0.1', port: 0, log, metrics: new Registry() });
    const settings = { SMARTKEY_WITNESS_URL: served.url, SMARTKEY_WITNESS_KEY: witness.verifier };
    return (watched.by = new ServedWitness(settings, () => served.stop()));
  }

  /** What a policy says of it. */
  get quorum(): string {
    return `witness w1 ${this.settings.SMARTKEY_WITNESS_KEY}\nquorum w1\n`;
  }
}
