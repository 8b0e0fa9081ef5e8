import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '../access/access.decorator.js';
import { ApiProblems } from '../common/problem.decorator.js';
import { DatabaseConnection } from '../database/database-connection.js';
import { ShutdownDelay } from './shutdown-delay.js';

class HealthBody {
  @ApiProperty({ example: 'ok' })
  readonly status!: string;
}

@ApiTags('Health')
@Controller('health')
@Public()
export class HealthController {
  constructor(
    private readonly database: DatabaseConnection,
    private readonly shutdown: ShutdownDelay,
  ) {}

  @Get('live')
  @ApiOperation({ operationId: 'getLiveness', summary: 'Is the process alive?' })
  @ApiOkResponse({ type: HealthBody, description: 'It is.' })
  @ApiProblems(400, 500)
  live(): HealthBody {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ operationId: 'getReadiness', summary: 'Can it answer requests?' })
  @ApiOkResponse({
    type: HealthBody,
    description: 'It can: the database answers, and nobody has told the service to stop.',
  })
  @ApiProblems(400, 500, 503)
  async ready(): Promise<HealthBody> {
    this.shutdown.assertServing();
    await this.database.ping();
    return { status: 'ok' };
  }
}
