import { Module } from '@nestjs/common';
import { AuditLog } from './audit-log.js';
import { AuditRepository } from './audit.repository.js';
import { Refusals } from './refusals.js';

@Module({ providers: [AuditLog, AuditRepository, Refusals], exports: [AuditLog] })
export class AuditModule {}
