import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { assetNamed } from '../../assets/assets.ts';
import { PageError } from '../../pages/page-error.ts';
import { Unvisited } from '../../visit/access.decorator.ts';

/** One year, in seconds: the address of an asset names its content. */
const FOREVER = 31_536_000;

/** Styles, scripts and the icon: open to everybody, and the same for everybody. */
@Controller('portal/assets')
@Unvisited()
export class AssetsController {
  @Get(':version/:name')
  asset(@Param('name') name: string, @Res() reply: FastifyReply): void {
    const asset = assetNamed(name);
    if (asset === undefined) throw new PageError(404, 'not-found');
    void reply
      .headers({
        'cache-control': `public, max-age=${FOREVER}, immutable`,
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': "default-src 'none'",
      })
      .type(`${asset.type}; charset=utf-8`)
      .send(asset.text);
  }
}
