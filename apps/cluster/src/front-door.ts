import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * One address for the instances of a service, as a load balancer gives it: connections go to them in turn, past those that
 * do not listen.
 */
export class FrontDoor {
  #next = 0;
  readonly #open = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly ports: readonly number[],
  ) {
    server.on('connection', (socket) => this.#admit(socket));
  }

  static async open(ports: readonly number[]): Promise<FrontDoor> {
    // Paused until somebody is there to hear it.
    const server = createServer({ pauseOnConnect: true, noDelay: true });
    const door = new FrontDoor(server, ports);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return door;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.#open) socket.destroy();
    await once(this.server, 'close');
  }

  #admit(caller: Socket): void {
    this.#keep(caller);
    const first = this.#next++ % this.ports.length;
    this.#connect(caller, [...this.ports.slice(first), ...this.ports.slice(0, first)]);
  }

  #connect(caller: Socket, [port, ...others]: readonly number[]): void {
    // Nobody is there: the caller sees its connection break, as with any service that is down.
    if (port === undefined) return void caller.destroy();
    const instance = connect({ port, host: '127.0.0.1', noDelay: true });
    const elsewhere = (): void => this.#connect(caller, others);
    instance.once('error', elsewhere);
    instance.once('connect', () => {
      instance.off('error', elsewhere);
      this.#keep(instance);
      instance.once('close', () => caller.destroy());
      caller.once('close', () => instance.destroy());
      if (caller.destroyed) return void instance.destroy();
      instance.pipe(caller);
      caller.pipe(instance);
    });
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    // What breaks closes, and that is passed on.
    socket.on('error', () => socket.destroy());
  }
}
