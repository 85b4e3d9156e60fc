import { describe, expect, it } from '@jest/globals';
import { Controller, Inject } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { moduleOf, provide } from './module-of.ts';

const SETTINGS = Symbol('settings');
abstract class Port {
  abstract ask(): string;
}
class Part {
  constructor(readonly word: string) {}
}

@Controller()
class SampleController {
  constructor(
    readonly part: Part,
    readonly port: Port,
    @Inject(SETTINGS) readonly settings: { readonly days: number },
  ) {}
}

describe('a module that is wired by hand', () => {
  it('gives its controllers parts by their class, and values by their token', async () => {
    const module = moduleOf('SampleModule', {
      controllers: [SampleController],
      parts: [new Part('made by hand')],
      provided: [provide(Port, { ask: () => 'answered' }), provide(SETTINGS, { days: 30 })],
    });
    const context = await NestFactory.createApplicationContext(module, { logger: false });
    const controller = context.get(SampleController);
    expect(controller.part.word).toBe('made by hand');
    expect(controller.port.ask()).toBe('answered');
    expect(controller.settings).toEqual({ days: 30 });
    await context.close();
  });

  it('is told by its name, and is another than the next of the same name', () => {
    const [one, other] = [1, 2].map(() => moduleOf('SampleModule', { controllers: [], parts: [] }).module);
    expect((one as { name: string }).name).toBe('SampleModule');
    expect(one).not.toBe(other);
  });
});
