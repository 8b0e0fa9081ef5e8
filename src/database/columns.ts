import { applyDecorators } from '@nestjs/common';
import { Column, type ColumnOptions, Generated, PrimaryColumn, type ValueTransformer } from 'typeorm';

/** A MySQL bigint arrives as a string, a SQLite integer as a number: a number leaves the data layer. */
const number: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};

/** 0 or 1 in the database. */
export const flag: ValueTransformer = {
  to: (value: unknown) => (value === undefined ? undefined : Number(value)),
  from: (value: number) => value === 1,
};

/** A 64-bit key the database counts up and never uses twice. */
export const IdColumn = () =>
  applyDecorators(PrimaryColumn({ type: 'bigint', transformer: number }), Generated('increment'));

/** A column that holds the id of another row. */
export const ReferenceColumn = (name: string, options: ColumnOptions = {}) =>
  Column({ name, type: 'bigint', transformer: number, ...options });

/** UTC with milliseconds, on both engines. */
export const TimestampColumn = (name: string, options: ColumnOptions = {}) =>
  Column({ name, type: 'datetime', precision: 3, ...options });
