import { applyDecorators } from '@nestjs/common';
import { Column, type ColumnOptions, Generated, PrimaryColumn, type ValueTransformer } from 'typeorm';

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

/** UTC with milliseconds, on both engines. */
export const TimestampColumn = (name: string, options: ColumnOptions = {}) =>
  Column({ name, type: 'datetime', precision: 3, ...options });
