import {
  type ClusterPart,
  type ClusterState,
  isAlive,
  killWhole,
  ownFolder,
  ownLeftover,
  readClusterFile,
  removeFolder,
  whyNoKafka,
} from '@smartkey/servers';
import { until, untilSeen } from '../until.ts';
import { Program, ROOT } from './program.ts';

/** Why the cluster cannot be started here, in words that say what to install; never in CI, where a test must fail of it. */
export const whyNoCluster = (): string | undefined =>
  process.env['CI'] === undefined ? whyNoKafka(ROOT) : undefined;

/**
 * The whole service as `npm run cluster` starts it: a real Kafka and PostgreSQL, two processes of each service, the gateway.
 * Parts are named as in its `cluster.json`: `billing 1`, `gateway`, `kafka`, `postgres`.
 */
export class ClusterSystem extends Program {
  #forget: (() => void) | undefined;

  /** A cluster with a new data folder. `environment` goes over the defaults: any free ports, sandbox clock. */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<ClusterSystem> {
    const dataFolder = await ownFolder('smartkey-cluster-');
    const cluster = new ClusterSystem('apps/cluster/dist/main.js', environment, dataFolder);
    try {
      await cluster.resume();
    } catch (error) {
      await cluster.dispose();
      throw error;
    }
    return cluster;
  }

  override async resume(): Promise<void> {
    this.#forget ??= ownLeftover(() => this.#killParts());
    await super.resume();
  }

  /** What `cluster.json` tells now. @throws where nothing runs. */
  get state(): ClusterState {
    const state = readClusterFile(this.dataFolder);
    if (state === undefined) throw new Error('the cluster does not run');
    return state;
  }

  /** Of Kafka: `host:port`. */
  get brokers(): string {
    return this.state.brokers!;
  }

  get partNames(): readonly string[] {
    return Object.keys(this.state.parts);
  }

  /** @throws where there is no such part. */
  part(name: string): ClusterPart {
    const part = this.state.parts[name];
    if (part === undefined) throw new Error(`no part is called "${name}": ${this.partNames.join(', ')}`);
    return part;
  }

  /** @throws where the part is just not running. */
  pid(name: string): number {
    const { pid } = this.part(name);
    if (pid === undefined) throw new Error(`"${name}" is not running`);
    return pid;
  }

  /** An instance's own address. @throws where the part has none. */
  urlOf(name: string): string {
    const { url } = this.part(name);
    if (url === undefined) throw new Error(`"${name}" has no URL`);
    return url;
  }

  /** Of every instance of a service. */
  get instanceUrls(): readonly string[] {
    return Object.entries(this.state.parts).flatMap(([name, { url }]) =>
      / \d+$/.test(name) && url?.startsWith('http') === true ? [url] : [],
    );
  }

  signal(name: string, signal: NodeJS.Signals): number {
    const pid = this.pid(name);
    process.kill(pid, signal);
    return pid;
  }

  /** SIGKILL to one part, or to the program that keeps them up. @returns the pid it had, for {@link untilBack}. */
  async killPart(name: string): Promise<number> {
    const pid = this.signal(name, 'SIGKILL');
    await until(() => !isAlive(pid));
    return pid;
  }

  /** SIGSTOP: alive, its connections open, and silent. @returns its pid. */
  pause(name: string): number {
    return this.signal(name, 'SIGSTOP');
  }

  /** SIGCONT. @returns its pid. */
  unpause(name: string): number {
    return this.signal(name, 'SIGCONT');
  }

  /** Waits until another process than the former one has said that it is ready. @returns its pid. */
  async untilBack(name: string, formerPid: number, seconds = 300): Promise<number> {
    const isBack = ({ pid, ready }: ClusterPart) => ready && pid !== undefined && pid !== formerPid;
    try {
      return (await untilSeen(() => this.part(name), isBack, { seconds })).pid!;
    } catch (error) {
      throw new Error(`"${name}" is not back:\n${this.errors.slice(-4_000)}`, { cause: error });
    }
  }

  /** Ends every process of it, orphans and paused ones too, and takes its data away. */
  async dispose(): Promise<void> {
    // First who would start the others again.
    await this.kill();
    await this.#killParts();
    this.#forget?.();
    await removeFolder(this.dataFolder);
  }

  /** Those that were left by a program that was killed. */
  async #killParts(): Promise<void> {
    const parts = Object.values(readClusterFile(this.dataFolder)?.parts ?? {});
    await Promise.all(parts.flatMap(({ pid }) => (pid === undefined ? [] : [killWhole(pid)])));
  }
}
