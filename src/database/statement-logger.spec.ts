import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { AbstractLogger } from 'typeorm';
import { StatementLogger } from './statement-logger.js';

let said: unknown[][];
const logger: AbstractLogger = new StatementLogger();

beforeEach(() => {
  said = [];
  const hear = (level: string) => (message: unknown) => said.push([level, message]);
  Logger.overrideLogger({ log: hear('log'), error: hear('error'), warn: hear('warn'), debug: hear('debug') });
});
afterEach(() => {
  Logger.overrideLogger(true);
});

test('a slow statement is a warning, without its parameters', () => {
  logger.logQuerySlow(5001, 'SELECT ?', ['secret']);
  expect(said).toEqual([['warn', 'A statement took 5001 ms: SELECT ?']]);
});

test('migrations and remarks are for debugging, a warning is a warning', () => {
  logger.logMigration('No migrations are pending');
  logger.log('info', 'a');
  logger.log('log', 'b');
  logger.log('warn', 'MySQL connection raised an error.');
  expect(said).toEqual([
    ['debug', 'No migrations are pending'],
    ['debug', 'a'],
    ['debug', 'b'],
    ['warn', 'MySQL connection raised an error.'],
  ]);
});

test('nothing is said of a statement, nor of its failure, nor of the schema', () => {
  logger.logQuery('SELECT ?', ['secret']);
  logger.logQueryError('no such table', 'SELECT ?', ['secret']);
  logger.logSchemaBuild('creating a table');
  expect(said).toEqual([]);
});
