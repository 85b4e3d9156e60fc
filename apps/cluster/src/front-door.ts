import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Liveness, type LivenessLimits } from './liveness.ts';

/** One of the instances behind a door. */
interface Instance {
  readonly port: number;
  readonly liveness: Liveness;
  /** What leads to it now. */
  readonly open: Set<Socket>;
}

/**
 * One address for the instances of a service, as a load balancer gives it: connections go to them in turn, past those that
 * do not listen and, while another is there, past those that listen and are silent.
 */
export class FrontDoor {
  #next = 0;
  readonly #open = new Set<Socket>();
  readonly #instances: readonly Instance[];

  private constructor(
    private readonly server: Server,
    ports: readonly number[],
    limits: LivenessLimits | undefined,
  ) {
    this.#instances = ports.map((port) => {
      const open = new Set<Socket>();
      // Callers of a lost instance are let go, so that they can turn to another. They would wait for as long as it is paused.
      const letGo = (): void => open.forEach((socket) => void socket.destroy());
      return { port, open, liveness: new Liveness(`http://127.0.0.1:${port}`, letGo, limits) };
    });
    server.on('connection', (socket) => this.#admit(socket));
  }

  static async open(ports: readonly number[], limits?: LivenessLimits): Promise<FrontDoor> {
    // Nothing is read of a connection before an instance has taken it.
    const server = createServer({ pauseOnConnect: true, noDelay: true });
    const door = new FrontDoor(server, ports, limits);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return door;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const { liveness } of this.#instances) liveness.stop();
    this.server.close();
    for (const socket of this.#open) socket.destroy();
    await once(this.server, 'close');
  }

  #admit(caller: Socket): void {
    this.#keep(caller);
    const first = this.#next++ % this.#instances.length;
    const inTurn = [...this.#instances.slice(first), ...this.#instances.slice(0, first)];
    // On a busy machine all may seem silent. Then the one that answered last comes first.
    const inOrder = inTurn.sort((a, b) => a.liveness.silence - b.liveness.silence);
    this.#connect(caller, inOrder);
  }

  #connect(caller: Socket, [next, ...others]: readonly Instance[]): void {
    // No instance is left: the caller's connection breaks, as with any service that is down.
    if (next === undefined) return void caller.destroy();
    const instance = connect({ port: next.port, host: '127.0.0.1', noDelay: true });
    const elsewhere = (): void => this.#connect(caller, others);
    instance.once('error', elsewhere);
    instance.once('connect', () => {
      instance.off('error', elsewhere);
      this.#keep(instance);
      next.open.add(instance);
      instance.once('close', () => {
        next.open.delete(instance);
        caller.destroy();
      });
      caller.once('close', () => instance.destroy());
      if (caller.destroyed) return void instance.destroy();
      instance.pipe(caller);
      caller.pipe(instance);
    });
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    // An error closes the socket; `close` ends the other side too.
    socket.on('error', () => socket.destroy());
  }
}
