import { applyDecorators } from '@nestjs/common';
import { Column, type ColumnOptions, Generated, PrimaryColumn, type ValueTransformer } from 'typeorm';
import { fromDatetime, listOf } from './statement.js';

/** MySQL returns a bigint as a string, and SQLite as a number. The rest of the code sees a number. */
const number: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};

/** A boolean, which is 0 or 1 in the database. */
export const flag: ValueTransformer = {
  to: (value: unknown) => (value === undefined ? undefined : Number(value)),
  from: (value: number) => value === 1,
};

/** A 64-bit key. The database counts it up, and never uses one twice. */
export const IdColumn = () =>
  applyDecorators(PrimaryColumn({ type: 'bigint', transformer: number }), Generated('increment'));

/** A column that holds the id of another row. */
export const ReferenceColumn = (name: string, options: ColumnOptions = {}) =>
  Column({ name, type: 'bigint', transformer: number, ...options });

/** TypeORM has made a Date of SQLite's text by then, be it an invalid one. */
const time: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: unknown) => (value === null ? null : fromDatetime(value)),
};

/** UTC with milliseconds, on both engines. What is no time is read as 1970, so that the other rows can be shown. */
export const TimestampColumn = (name: string, options: ColumnOptions = {}) =>
  Column({ name, type: 'datetime', precision: 3, transformer: time, ...options });

const list: ValueTransformer = {
  to: (value: unknown) => (value === null || value === undefined ? value : JSON.stringify(value)),
  from: (value: unknown) => (value === null ? null : (listOf(value) ?? [])),
};

/** Texts, as JSON. What is no such list is read as an empty one, which grants nothing. */
export const ListColumn = (name: string, options: ColumnOptions = {}) =>
  Column({ name, type: 'text', transformer: list, ...options });
