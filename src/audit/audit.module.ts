import { Global, Module } from '@nestjs/common';
import { AuditLog } from './audit-log.js';
import { AuditRepository } from './audit.repository.js';
import { EventsController } from './events.controller.js';
import { Refusals } from './refusals.js';

/** Every room may record. */
@Global()
@Module({
  controllers: [EventsController],
  providers: [AuditLog, AuditRepository, Refusals],
  exports: [AuditLog],
})
export class AuditModule {}
