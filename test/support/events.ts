import { AuditEvent } from '../../src/audit/audit-event.entity.js';
import type { TestApp } from './app.js';

/** What the audit log holds of a user, the oldest first. */
export const eventsOf = (app: TestApp, { id }: { readonly id: number }): Promise<AuditEvent[]> =>
  app.dataSource.getRepository(AuditEvent).find({ where: { userId: id }, order: { id: 'ASC' } });
