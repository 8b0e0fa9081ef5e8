import process from 'node:process';
import { URL } from 'node:url';
import { createConnection } from 'mysql2/promise';

/** Exits with 0 if the server of DATABASE_URL answers, and lets its user make databases. */
try {
  const { hostname: host, port, username: user } = new URL(process.env.DATABASE_URL);
  const connection = await createConnection({ host, port: Number(port), user, connectTimeout: 3000 });
  const probe = `latchkey_probe_${process.pid}`;
  await connection.query(`CREATE DATABASE ${probe}`);
  await connection.query(`DROP DATABASE ${probe}`);
  await connection.end();
} catch {
  process.exit(1);
}
