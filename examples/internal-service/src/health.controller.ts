import { Controller, Get } from '@nestjs/common';
import { Public } from 'latchkey-client/nestjs';

@Controller('health')
export class HealthController {
  @Get()
  @Public()
  get(): { status: 'ok' } {
    return { status: 'ok' };
  }
}
