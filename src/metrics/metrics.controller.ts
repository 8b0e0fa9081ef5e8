import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../access/access.decorator.js';
import { ApiProblems } from '../common/problem.decorator.js';
import { METRICS_CONTENT_TYPE } from './metrics.js';
import { Scrape } from './scrape.js';
import { MetricsGuard } from './metrics.guard.js';

@ApiTags('Health')
@Controller('metrics')
@Public()
@UseGuards(MetricsGuard)
export class MetricsController {
  constructor(private readonly scrape: Scrape) {}

  @Get()
  @Header('content-type', METRICS_CONTENT_TYPE)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'What is happening?',
    description:
      'For Prometheus, at the addresses of `METRICS_ALLOW`. For all others, there is nothing here.',
  })
  @ApiOkResponse({
    description: 'The metrics of all workers, in the text format of Prometheus.',
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  @ApiProblems(400, 404, 500, 503)
  metrics(): Promise<string> {
    return this.scrape.text();
  }
}
