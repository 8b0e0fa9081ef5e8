import { Module } from '@nestjs/common';
import { StrategyNames } from './strategy-names.js';

@Module({ providers: [StrategyNames], exports: [StrategyNames] })
export class AccessModule {}
