import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { execute, toDatetime } from '../database/statement.js';

@Injectable()
export class LeaseRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns whether this call got the lease; of parallel calls, only one does */
  async claim(name: string, now: Date, until: Date): Promise<boolean> {
    const sql = 'UPDATE leases SET expires_at = ? WHERE name = ? AND expires_at <= ?';
    const parameters = [toDatetime(until), name, toDatetime(now)];
    return (await execute(this.dataSource, sql, parameters)).affected === 1;
  }
}
