import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readable } from '@smartkey/lifecycle';

/** One process of the whole. */
export interface ClusterPart {
  /** Missing between its end and its next start. */
  readonly pid?: number;
  /** Whether it has said, since it was started last, that it is ready. */
  readonly ready: boolean;
  /** Its own address, where it speaks HTTP: `http://host:port`. */
  readonly url?: string;
}

/** What runs, as `cluster.json` in the data folder tells it. */
export interface ClusterState {
  /** Of the program that keeps the others up. */
  readonly pid: number;
  /** Of the gateway; there once the whole is ready. */
  readonly url?: string;
  /** `host:port`, several between commas. */
  readonly brokers?: string;
  /** Without its password. */
  readonly databaseUrl?: string;
  /** By name: `billing 1`, `gateway`, `kafka`, `postgres`. */
  readonly parts: Readonly<Record<string, ClusterPart>>;
}

const pathIn = (folder: string): string => join(folder, 'cluster.json');

/**
 * Tells the processes of a cluster to who looks into its data folder. Written whole or not at all, and before the writer goes on:
 * were the writer killed in the next moment, every process of it could still be found.
 */
export class ClusterFile {
  #state: ClusterState = { pid: process.pid, parts: {} };
  #removed = false;

  constructor(private readonly folder: string) {}

  /** Goes over what is known of the whole. @throws where the folder cannot be written to. */
  tell(more: Partial<Omit<ClusterState, 'pid' | 'parts'>>): void {
    this.#state = { ...this.#state, ...more };
    this.#write();
  }

  /** Replaces what is known of one part. @throws where the folder cannot be written to. */
  tellPart(name: string, part: ClusterPart): void {
    this.#state = { ...this.#state, parts: { ...this.#state.parts, [name]: part } };
    this.#write();
  }

  /** Nothing runs any more; what is told later is not written. */
  remove(): void {
    this.#removed = true;
    rmSync(pathIn(this.folder), { force: true });
  }

  #write(): void {
    if (this.#removed) return;
    const arriving = `${pathIn(this.folder)}.${process.pid}`;
    writeFileSync(arriving, `${JSON.stringify(this.#state, null, 2)}\n`, { mode: 0o600 });
    renameSync(arriving, pathIn(this.folder));
  }
}

/** What `cluster.json` in this folder tells; `undefined` where there is none, as where nothing runs. */
export const readClusterFile = (folder: string): ClusterState | undefined =>
  readable(() => JSON.parse(readFileSync(pathIn(folder), 'utf8')) as ClusterState, 'ENOENT');
